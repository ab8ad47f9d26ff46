"""Identities that lead back to themselves name nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.rejects import Finding

if TYPE_CHECKING:
    from lealtad.contract.tables import Table


def circles(table: Table, rows: pl.DataFrame, sound: pl.Series, stored: pl.DataFrame | None) -> list[Finding]:
    """Find the identities that would close a circle with those before them, in the lake or in these rows."""
    if table.name != "identities":
        return []
    leads_to: dict[str, str] = {} if stored is None else dict(stored.select("alias", "customer_id").iter_rows())
    broken = []
    for alias, customer_id, believed in zip(rows["alias"], rows["customer_id"], sound, strict=True):
        closes = bool(believed) and _root(customer_id, leads_to, alias) == alias
        broken.append(closes)
        if believed and not closes:
            leads_to[alias] = customer_id
    sentence = "customer_id must not lead back to alias through other identities"
    return [Finding("identity_makes_no_circle", sentence, pl.Series(broken, dtype=pl.Boolean))]


def _root(start: str, leads_to: dict[str, str], looking_for: str) -> str:
    """Follow the identities from `start` until nobody, or the one looked for, is left."""
    at = start
    while at in leads_to and at != looking_for:
        at = leads_to[at]
    return at
