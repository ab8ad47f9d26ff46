"""Orders derived from lines if the source has none, and lines completed with customer and time of their orders."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial
from typing import TYPE_CHECKING

import polars as pl

from lealtad.lake.loading.line_places import number_lines
from lealtad.sources.contract import get_table
from lealtad.sources.contract.judging import judge_rows
from lealtad.sources.contract.reading import ISO
from lealtad.sources.contract.splitting import check_columns
from lealtad.sources.source import Batch, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lealtad.sources.source import Rows

_ORDERS, _LINES = "orders", "order_lines"
_OF_THE_ORDER = ("customer_id", "ordered_at")
_TOTALS = {"amount": pl.col("amount").sum(), "discount": pl.col("discount").sum()}


def add_orders_of_lines(source: Source, say: Callable[[str], None]) -> Source:
    """Return the source with orders derived from its lines, and lines completed from its orders.

    Orders are derived only if the source has none. An order sums the amounts, discounts and units of its lines; it
    is a return if all of them are. If a line cannot be read, its order has no amount and is rejected. A product
    that occurs twice in an order is two lines, with or without line numbers.
    """
    if _LINES not in source.tables:
        return source
    source = _change_lines(source, number_lines)
    if _ORDERS in source.tables:
        return _complete_lines(source, say)
    orders = partial(_make_orders, source.tables[_LINES])
    return replace(source, tables={**source.tables, _ORDERS: orders})


def _change_lines(source: Source, change: Callable[[Rows], Iterator[Batch]]) -> Source:
    """Return the source with another reader for its lines, as a whole and file by file."""
    files = {
        origin: replace(file, rows=partial(change, file.rows))
        for origin, file in source.files.get(_LINES, {}).items()
    }
    tables: dict[str, Rows] = {**source.tables, _LINES: partial(change, source.tables[_LINES])}
    return replace(source, tables=tables, files={**source.files, _LINES: files} if files else source.files)


def _make_orders(lines: Rows) -> Iterator[Batch]:
    """Sum the lines of each order, a batch at a time; memory holds one row per order."""
    table, parts, origins = get_table(_LINES), [], []
    for batch in lines():
        check_columns(table, batch.rows)
        judged = judge_rows(table, batch.rows, batch.reading)
        rows = judged.typed.with_columns(judged.sound.alias("sound"))
        if "amount" not in rows.columns:
            return
        parts.append(_add_up_lines(rows.drop_nulls("order_id")))
        origins.append(batch.origin)
    if parts:
        again = _add_up_lines(
            pl.concat(parts, how="diagonal_relaxed").with_columns(pl.col("items").alias("quantity"))
        )
        whole = again.with_columns(pl.when("sound").then("amount").alias("amount")).drop("sound")
        yield Batch(whole, f"orders of {', '.join(dict.fromkeys(origins))}", 0, ISO)


def _add_up_lines(lines: pl.DataFrame) -> pl.DataFrame:
    """Return one row per order, from lines or from partial sums."""
    texts = [name for name in ("customer_id", "currency") if name in lines.columns]
    clocks = [name for name in ("ordered_at", "recorded_at") if name in lines.columns]
    back = [pl.col("is_return").fill_null(value=False).all()] if "is_return" in lines.columns else []
    return lines.group_by("order_id", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in texts),
        *(pl.col(name).min() for name in clocks),
        *(total.round(6) for name, total in _TOTALS.items() if name in lines.columns),
        pl.col("quantity").abs().sum().round().cast(pl.Int64).alias("items"),
        *back,
        pl.col("sound").all(),
    )


def _complete_lines(source: Source, say: Callable[[str], None]) -> Source:
    """Complete lines without customer or time from their order; drop and report lines without an order."""

    @cache
    def orders() -> pl.DataFrame:
        parts = []
        for batch in source.tables[_ORDERS]():
            typed = judge_rows(get_table(_ORDERS), batch.rows, batch.reading).typed
            parts.append(typed.select("order_id", *_OF_THE_ORDER))
        return pl.concat(parts).drop_nulls().unique("order_id", keep="first", maintain_order=True)

    def complete(lines: Rows) -> Iterator[Batch]:
        rows = dropped = 0
        for batch in lines():
            missing = [name for name in _OF_THE_ORDER if name not in batch.rows.columns]
            if not missing or "order_id" not in batch.rows.columns:
                yield batch
                continue
            whole = _join_orders(batch, orders().select("order_id", *missing))
            rows += batch.rows.height
            dropped += batch.rows.height - whole.rows.height
            yield whole
        if dropped:
            say(f"{_LINES}: {dropped:,} of {rows:,} rows left out, of orders that are not loaded")

    return _change_lines(source, complete)


def _join_orders(batch: Batch, orders: pl.DataFrame) -> Batch:
    """Join lines to their orders, and drop lines without one; if no line has one, all stay and are rejected."""
    own = batch.rows.with_columns(pl.col("order_id").cast(pl.String).str.strip_chars())
    joined = own.join(orders, on="order_id", how="left", maintain_order="left")
    of_one = own["order_id"].is_in(orders["order_id"].implode()) | own["order_id"].is_null()
    if of_one.fill_null(value=True).all() or not of_one.any():
        return replace(batch, rows=joined)
    places = of_one.arg_true()
    positions = places if batch.positions is None else batch.positions.gather(places)
    return replace(batch, rows=joined.filter(of_one), positions=positions)
