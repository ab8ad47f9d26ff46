"""Allocation by gain, after which actions that answer reasons replace indistinguishable others."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.worklist.allocation import allocate
from lealtad.worklist.reason_answers import find_answers, keep_within_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.company.playbook import Playbook
    from lealtad.worklist.allocation import Allocation
    from lealtad.worklist.allocation.allocation import Eligible
    from lealtad.worklist.reason_answers import Distinguishes

_ANSWERS = {"customer_id": pl.String, "action": pl.String, "gain": pl.Float64, "forgone_gain": pl.Float64}


def allocate_with_answers(
    options: pl.DataFrame,
    playbook: Playbook,
    distinguishes: Distinguishes,
    eligible: Eligible | None,
    taken: Mapping[str, int],
) -> tuple[Allocation, pl.DataFrame]:
    """Allocate the actions of a day, preferring actions that answer reasons where the data allow it.

    Gain decides whom to contact. A chosen customer then gets an action that answers a reason if the limits allow
    it. Freed capacity is allocated again, until no further such action fits.

    Parameters
    ----------
    options, playbook, eligible, taken
        As `allocate` takes them, with `gain_high` as `find_answers` takes it.
    distinguishes
        Returns for two actions whether campaigns know which of them saves more.

    Returns
    -------
    The allocation, answers included; and the answers: `customer_id, action, gain, forgone_gain`.
    """
    answers = pl.DataFrame(schema=_ANSWERS)
    while True:
        uses = Counter(taken) + Counter(answers["action"].to_list())
        rest = options.join(answers, on="customer_id", how="anti", maintain_order="left")
        allocation = allocate(rest, playbook, eligible, taken=uses)
        possible = find_answers(allocation.chosen, rest, playbook, distinguishes, eligible)
        fitting = keep_within_limits(possible, allocation.chosen, playbook, uses)
        if fitting.is_empty():
            return _add_answers(allocation, answers, playbook), answers
        answers = pl.concat([answers, fitting.select(answers.columns)])


def _add_answers(allocation: Allocation, answers: pl.DataFrame, playbook: Playbook) -> Allocation:
    """Add the answers to the chosen pairs, to the total and to the use of the limits."""
    if answers.is_empty():
        return allocation
    chosen = pl.concat([allocation.chosen, answers.select(allocation.chosen.columns)])
    gain = float(answers["gain"].sum())
    uses = Counter[tuple[str, str]]()
    for action in playbook.actions:
        count = answers.filter(action=action.name).height
        for kind, name in (("action", action.name), ("owner", action.owner), ("channel", action.channel)):
            uses[kind, name] += count
        uses["budget", ""] += count * action.cost_cents
    more = [
        uses[kind, name] / (100 if kind == "budget" else 1)
        for kind, name in allocation.prices.select("kind", "name").iter_rows()
    ]
    prices = allocation.prices.with_columns(pl.col(name) + pl.Series(more) for name in ("limit", "used"))
    return replace(
        allocation,
        chosen=chosen.sort(["gain", "customer_id"], descending=[True, False]),
        total=allocation.total + gain,
        bound=allocation.bound + gain,
        status="within_gap" if allocation.gap else "optimal",
        prices=prices,
    )
