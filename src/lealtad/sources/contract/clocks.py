"""When a row was known, and in whose time the source wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from lealtad.sources.contract.tables import Table


def express_known_at(table: Table, given: list[str]) -> pl.Expr:
    """Express when a row was known: `recorded_at`, but never before it happened.

    Null, on a row that describes a customer, means that it was always known.
    """
    if table.event_time is None:
        moment = pl.col("valid_from") if "valid_from" in given else pl.lit(None, INSTANT)
    elif "recorded_at" in given:
        moment = pl.max_horizontal(table.event_time, "recorded_at")
    else:
        moment = pl.col(table.event_time)
    return moment.alias("known_at")
