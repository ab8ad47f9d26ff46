"""An alias has one owner at an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.rejects import RuleBreach

if TYPE_CHECKING:
    from lealtad.sources.contract.tables import Table


def find_shared_aliases(table: Table, rows: pl.DataFrame, sound: pl.Series) -> list[RuleBreach]:
    """Find the identities that give one alias to several customers from one instant on.

    None of them is believed, since nothing says which is right: the order of rows never does.
    """
    if table.name != "identities":
        return []
    believed = rows.select("alias", "valid_from", "customer_id").with_columns(sound.alias("_sound"))
    owner = pl.when("_sound").then("customer_id")
    several = (owner.min() != owner.max()).over("alias", "valid_from") & pl.col("_sound")
    broken = believed.select(several.fill_null(value=False).alias("broken"))["broken"]
    return [RuleBreach("alias_has_one_owner", "alias must have one customer_id from valid_from on", broken)]
