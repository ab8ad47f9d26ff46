"""What a playbook must not say: rules that contradict one another, and secrets in plain words."""

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
    """Refuse actions that cannot be.

    Raises
    ------
    SettingsError
        If two have one name, nobody may get one, or one costs more than a day's budget that is not zero.
    """
    seen: set[str] = set()
    for one in actions:
        place = f"worklist.actions, {one.name}"
        if one.name in seen:
            raise SettingsError(
                place=place, expected="a name of its own", found="another of the same", fix="Rename one of them."
            )
        seen.add(one.name)
        if empty := [column for column, values in one.who.groups.items() if not values]:
            raise SettingsError(
                place=f"{place}.who",
                expected="somebody who may get it",
                found=f"no {empty[0]} at all",
                fix="Name some, or leave the key out: anybody may get it then.",
            )
        if budget_cents and one.cost_cents > budget_cents:
            raise SettingsError(
                place=place,
                expected=f"a cost within the budget of a day, {budget_cents / 100:.2f}",
                found=f"{one.cost_cents / 100:.2f}",
                fix="Raise worklist.budget_per_day, or leave the action out: nobody could get it.",
            )


def check_owners(actions: Iterable[Action], owners: Mapping[str, int], channels: Mapping[str, int]) -> None:
    """Refuse owners without a capacity, and capacities of channels that no action uses.

    Raises
    ------
    SettingsError
        In either case; it names the nearest that is known.
    """
    used = list(actions)
    for one in used:
        if one.owner not in owners:
            raise SettingsError(
                place=f"worklist.actions, {one.name}",
                expected="an owner with a capacity in [worklist.owners]",
                found=f"'{one.owner}'",
                fix=suggest_name(one.owner, owners)
                if owners
                else f"Write {one.owner} = 20 there, contacts a day.",
            )
    known = {one.channel for one in used}
    for name in channels:
        if name not in known:
            raise SettingsError(
                place="worklist.channels",
                expected="channels of the actions",
                found=f"'{name}'",
                fix=suggest_name(name, sorted(known)),
            )


def check_secrets(holdout_key: str | None, sink: str | None) -> None:
    """Refuse secrets that are written out.

    Raises
    ------
    SettingsError
        If the holdout key is no reference, or the address of the sink has a password; neither is repeated.
    """
    if holdout_key is not None and not _REFERENCE.fullmatch(holdout_key):
        raise SettingsError(
            place="worklist.holdout_key",
            expected="a key from the environment",
            found="one written out",
            fix="Write ${NAME}, and set the variable NAME where lealtad runs.",
        )
    refuse_literal_password("worklist.sink.url", sink)


def check_answers(actions: Iterable[Action], topics: Iterable[str]) -> None:
    """Refuse actions that answer what no feature is about.

    Parameters
    ----------
    topics
        Every topic and family of the company's features: `{one.about, one.family for one in catalog}`.

    Raises
    ------
    SettingsError
        If an action answers another; it names the nearest.
    """
    known = sorted(set(topics))
    for one in actions:
        for topic in one.answers:
            if topic not in known:
                raise SettingsError(
                    place=f"worklist.actions, {one.name}.answers",
                    expected="topics or families of the features",
                    found=f"'{topic}'",
                    fix=suggest_name(topic, known),
                )
