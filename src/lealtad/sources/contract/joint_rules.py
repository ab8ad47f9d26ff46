"""Rules between rows, and between rows and customers, applied where all rows of a customer are together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.contract.assignments import find_arm_changes
from lealtad.sources.contract.contradictions import find_contradictions
from lealtad.sources.contract.first_events import check_first_events
from lealtad.sources.contract.identity_rules import find_circles, find_shared_aliases
from lealtad.sources.contract.rejects import RuleBreach

if TYPE_CHECKING:
    import polars as pl

    from lealtad.sources.contract.tables import Table


def check_together(
    table: Table,
    rows: pl.DataFrame,
    sound: pl.Series,
    *,
    customer_ids: pl.Series | None = None,
    stored: pl.DataFrame | None = None,
) -> list[RuleBreach]:
    """Check rows against known customers, first events and keys.

    Parameters
    ----------
    rows
        In the contract's types.
    sound
        Rows that keep all rules on single rows; only these are compared with others.
    customer_ids
        The known customers and their aliases; facts of others are rejected. None skips that rule.
    stored
        Rows in force of the same table in the lake; None for none.
    """
    findings = []
    if customer_ids is not None and table.event_time is not None:
        findings.append(_find_strangers(rows, customer_ids))
    owned = find_shared_aliases(table, rows, sound)
    for finding in owned:
        sound = sound & ~finding.broken
    findings += owned
    findings += [
        look
        for each in (check_first_events, find_circles, find_arm_changes)
        for look in each(table, rows, sound, stored)
    ]
    for finding in findings:
        sound = sound & ~finding.broken
    return [*findings, find_contradictions(table, rows, sound)]


def _find_strangers(rows: pl.DataFrame, customer_ids: pl.Series) -> RuleBreach:
    is_known = rows["customer_id"].is_in(customer_ids.unique().implode())
    return RuleBreach(
        "customer_is_known", "customer_id must be in the customers table", ~is_known.fill_null(value=False)
    )
