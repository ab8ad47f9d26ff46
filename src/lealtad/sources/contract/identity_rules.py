"""Rules of identities: an alias belongs to one customer at an instant, and aliases form no circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.rejects import RuleBreach

if TYPE_CHECKING:
    from lealtad.sources.contract.tables import Table


def find_shared_aliases(table: Table, rows: pl.DataFrame, sound: pl.Series) -> list[RuleBreach]:
    """Find identities that assign one alias to several customers from the same instant on.

    All of them are rejected, because nothing shows which is right, least of all the order of rows.
    """
    if table.name != "identities":
        return []
    believed = rows.select("alias", "valid_from", "customer_id").with_columns(sound.alias("_sound"))
    owner = pl.when("_sound").then("customer_id")
    several = (owner.min() != owner.max()).over("alias", "valid_from") & pl.col("_sound")
    broken = believed.select(several.fill_null(value=False).alias("broken"))["broken"]
    return [RuleBreach("alias_has_one_owner", "alias must have one customer_id from valid_from on", broken)]


def find_circles(
    table: Table, rows: pl.DataFrame, sound: pl.Series, stored: pl.DataFrame | None
) -> list[RuleBreach]:
    """Find identities that would close a circle with earlier ones, in the lake or in these rows.

    Dates do not matter: in a circle no id would be the customer that the others stand for.
    """
    if table.name != "identities":
        return []
    leads_to: dict[str, list[str]] = {}
    pairs = [] if stored is None else stored.select("alias", "customer_id").iter_rows()
    for alias, customer_id in pairs:
        leads_to.setdefault(alias, []).append(customer_id)
    broken = []
    for alias, customer_id, believed in zip(rows["alias"], rows["customer_id"], sound, strict=True):
        closes = believed and _is_reachable(customer_id, alias, leads_to)
        broken.append(closes)
        if believed and not closes:
            leads_to.setdefault(alias, []).append(customer_id)
    sentence = "customer_id must not lead back to alias through other identities"
    return [RuleBreach("identity_makes_no_circle", sentence, pl.Series(broken, dtype=pl.Boolean))]


def _is_reachable(start: str, end: str, leads_to: dict[str, list[str]]) -> bool:
    """Return whether identities lead from one id to another."""
    visited, ahead = set(), [start]
    while ahead:
        at = ahead.pop()
        if at == end:
            return True
        if at not in visited:
            visited.add(at)
            ahead += leads_to.get(at, [])
    return False
