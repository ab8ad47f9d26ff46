"""The order in which facts happened, of those known at a date, whenever each became known.

Derivations work through facts in the order of knowing. That is the order of happening too, except for facts that
were known late. If a date is in between, the customer is computed as several, one per stretch of dates
(`find_overtaken`). Within a stretch, facts that become known between two dates are known together
(`sort_in_batches`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.history.fact_clocks import ANSWER_KNOWN, FactClocks, to_microseconds
from lealtad.sources.contract import get_table

if TYPE_CHECKING:
    from lealtad.examples.features.history.fact_clocks import Whole

_CHANGES = pl.Schema({"customer_id": pl.String(), "at": INSTANT})


def add_answer_clock(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add to surveys when the answer was known: once it was given, and the row recorded; null without one."""
    if name != "surveys" or "answered_at" not in rows.columns:
        return rows
    answer_known = pl.when(pl.col("answered_at").is_not_null()).then(pl.max_horizontal("answered_at", "known_at"))
    return rows.with_columns(answer_known.alias(ANSWER_KNOWN))


def find_overtaken(name: str, rows: pl.DataFrame, dates: pl.Series) -> pl.DataFrame:
    """Return `customer_id, at`: when facts became known that happened before, or with, some that a date has seen.

    Parameters
    ----------
    rows
        The rows of a table of facts, with both clocks, in any order.
    dates
        As-of dates, ascending and unique.
    """
    if len(dates) < 2 or rows.is_empty():  # noqa: PLR2004 - there is nothing between one date and itself
        return pl.DataFrame(schema=_CHANGES)
    runs = rows["customer_id"].rle().struct.field("value")
    who = rows["customer_id"].rank("dense") if runs.is_duplicated().any() else rows["customer_id"].rle_id()
    facts = FactClocks.of(name, rows, who.cast(pl.Int64).to_numpy()).out_of_order()
    cell = np.searchsorted(to_microseconds(dates), facts.known_at, side="right")
    cells = pl.DataFrame({"who": facts.who, "cell": cell, "event": facts.event})
    newest = cells.group_by("who", "cell").agg(pl.col("event").max()).sort("who", "cell")
    before = newest.with_columns(pl.col("event").cum_max().shift().over("who").alias("before")).drop("event")
    placed = cells.join(before, on=["who", "cell"], how="left", maintain_order="left")
    late = (placed["event"] <= placed["before"]).fill_null(value=False).to_numpy()
    at = pl.Series(facts.known_at[late], dtype=pl.Int64).cast(_CHANGES["at"])
    return pl.DataFrame({"customer_id": rows["customer_id"].gather(facts.row[late]), "at": at})


def sort_in_batches(
    name: str, rows: pl.DataFrame, dates: pl.Series, first: pl.DataFrame, by: list[str]
) -> pl.DataFrame:
    """Let what became known between two dates be known in the order in which it happened.

    All other rows stay as they are, and where they are: sorting whole tables again would cost more.

    Parameters
    ----------
    rows
        The rows of a table of facts, sorted by customer.
    first
        `part, first`: by customer, the number of the first date that is computed, where that is not 0.
    by
        The columns that rows are sorted by: the customer, `known_at`, when it happened, and others.

    Returns
    -------
    The rows, sorted. `known_at`, and `ANSWER_KNOWN` of surveys, is never before that of an earlier fact of the
    batch. Facts are delayed so little that windows stay cheap, and every date sees the same facts as before.
    """
    who = rows["customer_id"].rle_id().cast(pl.Int64).to_numpy()
    facts = FactClocks.of(name, rows, who).out_of_order()
    if not len(facts.row):
        return rows
    begins = _find_first_dates(rows["customer_id"], facts, first)
    cell = np.maximum(np.searchsorted(to_microseconds(dates), facts.known_at, side="right"), begins)
    happened = facts.chosen(np.lexsort((facts.event, cell, facts.who)))
    batched = _delay_clocks(rows, happened, _find_batch_clock(happened))
    touched = np.zeros(rows.height, np.bool_)
    touched[facts.row] = True
    mixed = np.flatnonzero(touched)
    numbers = (who[mixed], to_microseconds(batched["known_at"])[mixed], to_microseconds(rows[by[2]])[mixed])
    order = np.arange(rows.height)
    order[mixed] = mixed[_sort_ties(np.lexsort(numbers[::-1]), numbers, batched[mixed].select(by))]
    return batched[order]


def restore_known_at(name: str, facts: pl.DataFrame, clock: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Say of each fact when its own row was known, where a row of the table stands behind it.

    Facts out of order are computed as if known together; `rows` are those in force, as they came.
    """
    id_column, *_ = whole = get_table(name).key
    key = [column for column in whole if column in facts.columns and column in rows.columns]
    if id_column not in key:
        return facts
    own_clocks = rows.group_by(key).agg(pl.col("known_at").max().alias("_known"))
    own = facts.join(own_clocks, on=key, how="left", maintain_order="left", nulls_equal=True)
    either = pl.when(pl.col("_known").is_null()).then("known_at").otherwise(pl.max_horizontal("_known", clock))
    return own.with_columns(either.alias("known_at")).drop("_known")


def _find_first_dates(customer_id: pl.Series, facts: FactClocks, first: pl.DataFrame) -> Whole:
    """Return for each fact the number of the first date that its customer is computed at."""
    if not (first["first"] > 0).any():
        return np.zeros(len(facts.row), np.int64)
    ids = customer_id.gather(facts.row).to_frame("part")
    begins: Whole = ids.join(first, on="part", how="left", maintain_order="left")["first"].fill_null(0).to_numpy()
    return begins


def _find_batch_clock(facts: FactClocks) -> Whole:
    """Return when facts in the order of happening are known: together what is of one instant, else no earlier."""
    new = (np.diff(facts.who, prepend=-1) != 0) | (np.diff(facts.event, prepend=-1) != 0)
    starts = np.flatnonzero(new)
    known_at = np.repeat(np.maximum.reduceat(facts.known_at, starts), np.diff(starts, append=len(facts.row)))
    waits = pl.DataFrame({"who": facts.who, "known": known_at})
    together: Whole = waits.select(pl.col("known").cum_max().over("who")).to_series().to_numpy()
    return together


def _delay_clocks(rows: pl.DataFrame, facts: FactClocks, known: Whole) -> pl.DataFrame:
    """Return the rows with the clocks of some facts put later."""
    for clock, of_clock in (("known_at", ~facts.is_answer), (ANSWER_KNOWN, facts.is_answer)):
        if of_clock.any():
            raised = to_microseconds(rows[clock]).copy()
            raised[facts.row[of_clock]] = known[of_clock]
            cast = pl.lit(pl.Series(raised).cast(rows.schema[clock]))
            rows = rows.with_columns(pl.when(pl.col(clock).is_not_null()).then(cast).alias(clock))
    return rows


def _sort_ties(places: Whole, numbers: tuple[Whole, ...], rows: pl.DataFrame) -> Whole:
    """Sort, by all columns, the rows that agree in those numbers by which the places are sorted."""
    agree = np.all([values[places[1:]] == values[places[:-1]] for values in numbers], axis=0)
    tied = np.flatnonzero(np.append(agree, False) | np.insert(agree, 0, False))
    if not len(tied):
        return places
    ties = rows[places[tied]].with_columns(pl.Series("_at", places[tied]))
    settled = places.copy()
    settled[tied] = ties.sort(rows.columns, maintain_order=True)["_at"].to_numpy()
    return settled
