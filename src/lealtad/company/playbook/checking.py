"""Checks of a playbook: contradictory rules, and secrets in plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.secret import refuse_literal_password

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lealtad.company.playbook.action import Action

_REFERENCE = re.compile(r"\$\{\w+\}")


def check_actions(actions: Iterable[Action], budget_cents: int | None) -> None:
    """Refuse impossible actions.

    Raises
    ------
    SettingsError
        If two have the same name, nobody may get one, or one costs more than a day's budget (unless that is 0).
    """
    names: set[str] = set()
    for action in actions:
        place = f"worklist.actions, {action.name}"
        if action.name in names:
            raise SettingsError(
                place=place, expected="a unique name", found="two actions of this name", fix="Rename one of them."
            )
        names.add(action.name)
        if empty := [column for column, values in action.who.groups.items() if not values]:
            raise SettingsError(
                place=f"{place}.who",
                expected="at least one value for each key",
                found=f"none for {empty[0]}",
                fix="Name some, or leave the key out: then any customer may get the action.",
            )
        if budget_cents and action.cost_cents > budget_cents:
            raise SettingsError(
                place=place,
                expected=f"a cost within the budget of a day, {budget_cents / 100:.2f}",
                found=f"{action.cost_cents / 100:.2f}",
                fix="Raise worklist.budget_per_day, or leave the action out: no customer could get it.",
            )


def check_owners(actions: Iterable[Action], owners: Mapping[str, int], channels: Mapping[str, int]) -> None:
    """Refuse owners without a capacity, and capacities of channels that no action uses.

    Raises
    ------
    SettingsError
        In either case; the message names the nearest known name.
    """
    used = list(actions)
    for action in used:
        if action.owner not in owners:
            raise SettingsError(
                place=f"worklist.actions, {action.name}",
                expected="an owner with a capacity in [worklist.owners]",
                found=f"'{action.owner}'",
                fix=suggest_name(action.owner, owners)
                if owners
                else f"Write {action.owner} = 20 there, contacts a day.",
            )
    channels_in_use = {action.channel for action in used}
    for name in channels:
        if name not in channels_in_use:
            raise SettingsError(
                place="worklist.channels",
                expected="channels of the actions",
                found=f"'{name}'",
                fix=suggest_name(name, sorted(channels_in_use)),
            )


def check_secrets(holdout_key: str | None, sink: str | None) -> None:
    """Refuse secrets in plain text.

    Raises
    ------
    SettingsError
        If the holdout key is not a reference, or the address of the sink contains a password; the message repeats
        neither.
    """
    if holdout_key is not None and not _REFERENCE.fullmatch(holdout_key):
        raise SettingsError(
            place="worklist.holdout_key",
            expected="a key from an environment variable",
            found="a key in plain text",
            fix="Write ${NAME}, and set the variable NAME where lealtad runs.",
        )
    refuse_literal_password("worklist.sink.url", sink)


def check_answers(actions: Iterable[Action], topics: Iterable[str]) -> None:
    """Refuse actions that answer a topic of no feature.

    Parameters
    ----------
    topics
        Every topic and family of the company's features: `{one.about, one.family for one in catalog}`.

    Raises
    ------
    SettingsError
        If an action answers an unknown topic; the message names the nearest.
    """
    known_topics = sorted(set(topics))
    for action in actions:
        for topic in action.answers:
            if topic not in known_topics:
                raise SettingsError(
                    place=f"worklist.actions, {action.name}.answers",
                    expected="topics or families of the features",
                    found=f"'{topic}'",
                    fix=suggest_name(topic, known_topics),
                )
