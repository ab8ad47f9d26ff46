"""What rows must be to one another and to the customers; judged where all rows of a customer are together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.contract.assigned import arms
from lealtad.sources.contract.beginnings import beginnings
from lealtad.sources.contract.circles import circles
from lealtad.sources.contract.contradictions import contradictions
from lealtad.sources.contract.owners import owners
from lealtad.sources.contract.rejects import Finding

if TYPE_CHECKING:
    import polars as pl

    from lealtad.sources.contract.tables import Table


def findings_together(
    table: Table,
    rows: pl.DataFrame,
    sound: pl.Series,
    *,
    customer_ids: pl.Series | None = None,
    stored: pl.DataFrame | None = None,
) -> list[Finding]:
    """Hold rows against the customers, the beginnings and the keys that are known.

    Parameters
    ----------
    rows
        In the contract's types.
    sound
        The rows that keep the rules of their own: only their word counts against others.
    customer_ids
        The known customers and their aliases; facts of others are rejected. None skips that rule.
    stored
        Rows in force that the lake holds of the same table; None for none.
    """
    findings = []
    if customer_ids is not None and table.event_time is not None:
        findings.append(_stranger(rows, customer_ids))
    owned = owners(table, rows, sound)
    for finding in owned:
        sound = sound & ~finding.broken
    findings += owned
    findings += [look for each in (beginnings, circles, arms) for look in each(table, rows, sound, stored)]
    for finding in findings:
        sound = sound & ~finding.broken
    return [*findings, contradictions(table, rows, sound)]


def _stranger(rows: pl.DataFrame, customer_ids: pl.Series) -> Finding:
    known = rows["customer_id"].is_in(customer_ids.unique().implode())
    return Finding(
        "customer_is_known", "customer_id must stand in the customers table", ~known.fill_null(value=False)
    )
