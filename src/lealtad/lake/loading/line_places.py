"""Order lines without a line number: a product that occurs again in an order is a line of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.sources.source import Batch, Rows

_OF = ("order_id", "product_id")
_LINE = "line"


def number_lines(lines: Rows) -> Iterator[Batch]:
    """Yield batches of lines in which repeated products of an order get `line` "2", "3" and so on.

    The first has none, and a line with a number keeps it. Each file is counted separately, so that two files with
    the same order give the same numbers. Memory holds one count per order and product.
    """
    counts: dict[str, pl.DataFrame] = {}
    for batch in lines():
        if not set(_OF) <= set(batch.rows.columns) or _has_all_places(batch.rows):
            yield batch
            continue
        keys = batch.rows.select(pl.struct(_text(name) for name in _OF).hash().alias("key"))
        places = keys.select("key", pl.int_range(1, pl.len() + 1).over("key").alias("place"))
        before = counts.get(batch.origin, pl.DataFrame(schema={"key": pl.UInt64, "len": pl.UInt32}))
        counted = places.join(before, on="key", how="left", maintain_order="left")
        place = counted.select(pl.col("place") + pl.col("len").fill_null(0)).to_series()
        together = pl.concat([before, keys.group_by("key").len()])
        counts[batch.origin] = together.group_by("key").agg(pl.col("len").sum())
        yield replace(batch, rows=_add_places(batch.rows, place))


def _add_places(rows: pl.DataFrame, place: pl.Series) -> pl.DataFrame:
    again = pl.when(place > 1).then(place.cast(pl.String))
    if _LINE not in rows.columns:
        return rows.with_columns(again.alias(_LINE))
    own = _text(_LINE)
    return rows.with_columns(pl.when(own != "").then(own).otherwise(again).alias(_LINE))


def _has_all_places(rows: pl.DataFrame) -> bool:
    return _LINE in rows.columns and bool(rows.select((_text(_LINE) != "").fill_null(value=False).all()).item())


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.strip_chars()
