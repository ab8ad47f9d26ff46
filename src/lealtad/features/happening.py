"""The order in which facts happened, of those known at a date, whenever each became known.

Derivations work through facts in the order of knowing. That is the order of happening too, but for what was known
late. Where a date lies between, the customer is computed as several, one per stretch of dates (`overtaken`);
within a stretch, what becomes known between two dates is known together (`in_batches`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.contract import table_named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

ANSWER_KNOWN = "answer_known_at"
_CHANGES = pl.Schema({"customer_id": pl.String(), "at": pl.Datetime("us", "UTC")})


def with_answer_clock(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Add to surveys when the answer was known: once it was given, and the row recorded; null without one."""
    if name != "surveys" or "answered_at" not in rows.columns:
        return rows
    known = pl.when(pl.col("answered_at").is_not_null()).then(pl.max_horizontal("answered_at", "known_at"))
    return rows.with_columns(known.alias(ANSWER_KNOWN))


def overtaken(name: str, rows: pl.DataFrame, dates: pl.Series) -> pl.DataFrame:
    """Return `customer_id, at`: when facts became known that happened before, or with, some that a date has seen.

    Parameters
    ----------
    rows
        Of a table of facts, with both clocks, in any order.
    dates
        As-of dates, ascending and unique.
    """
    if len(dates) < 2 or rows.is_empty():  # noqa: PLR2004 - there is nothing between one date and itself
        return pl.DataFrame(schema=_CHANGES)
    who = rows["customer_id"].rle_id()
    runs = rows["customer_id"].rle().struct.field("value")
    if runs.is_duplicated().any():
        who = rows["customer_id"].rank("dense")
    facts = _clocks(name, rows, who.cast(pl.Int64).to_numpy())
    facts = facts.chosen(facts.mixed())
    cell = np.searchsorted(_physical(dates), facts.known, side="right")
    cells = pl.DataFrame({"who": facts.who, "cell": cell, "event": facts.event})
    newest = cells.group_by("who", "cell").agg(pl.col("event").max()).sort("who", "cell")
    before = newest.with_columns(pl.col("event").cum_max().shift().over("who").alias("before")).drop("event")
    late = cells.join(before, on=["who", "cell"], how="left", maintain_order="left")
    chosen = (late["event"] <= late["before"]).fill_null(value=False)
    at = pl.Series(facts.known[chosen.to_numpy()]).cast(_CHANGES["at"])
    return pl.DataFrame({"customer_id": rows["customer_id"].gather(facts.row[chosen.to_numpy()]), "at": at})


def in_batches(
    name: str, rows: pl.DataFrame, dates: pl.Series, first: pl.DataFrame, by: list[str]
) -> pl.DataFrame:
    """Let what became known between two dates be known together, of customers with facts out of order.

    All others stay as they are, and where they are: to sort whole tables anew would cost more than to find them.

    Parameters
    ----------
    rows
        Of a table of facts, sorted by customer.
    first
        `part, first`: by customer, the number of the first date that is computed, where that is not 0.
    by
        The columns that rows are sorted by, the customer first.

    Returns
    -------
    The rows, sorted; `known_at`, and `ANSWER_KNOWN` of surveys, is never before that of a fact of the batch that
    happened before: so little is waited for that windows stay cheap, and no date sees another fact than before.
    """
    who = rows["customer_id"].rle_id().cast(pl.Int64).to_numpy()
    facts = _clocks(name, rows, who)
    facts = facts.chosen(facts.mixed())
    if not len(facts.row):
        return rows
    begins = _first_of(rows["customer_id"], facts, first)
    cell = np.maximum(np.searchsorted(_physical(dates), facts.known, side="right"), begins)
    facts = facts.chosen(np.lexsort((facts.event, cell, facts.who)))
    waits = pl.DataFrame({"who": facts.who, "known": facts.known, "event": facts.event})
    # what happened together is known together, and what happened later not before it
    together = (
        waits.select(pl.col("known").max().over("who", "event").cum_max().over("who")).to_series().to_numpy()
    )
    clocks, raised = [], {}
    for clock, of_clock in (("known_at", ~facts.is_answer), (ANSWER_KNOWN, facts.is_answer)):
        if of_clock.any():
            raised[clock] = _physical(rows[clock]).copy()
            raised[clock][facts.row[of_clock]] = together[of_clock]
            cast = pl.Series(clock, raised[clock]).cast(rows.schema[clock])
            clocks.append(pl.select(pl.when(rows[clock].is_not_null()).then(cast).alias(clock)).to_series())
    batched = rows.with_columns(clocks)
    touched = np.zeros(rows.height, dtype=bool)
    touched[facts.row] = True
    mixed = np.flatnonzero(touched)
    event = _physical(rows[by[2]])[mixed]
    numbers = (who[mixed], raised["known_at"][mixed], event)
    order = np.arange(rows.height)
    order[mixed] = mixed[_with_ties_sorted(np.lexsort(numbers[::-1]), numbers, batched, mixed, by)]
    return batched[order]


def _first_of(customer_id: pl.Series, facts: _Clocks, first: pl.DataFrame) -> Whole:
    """Return for each fact the number of the first date that its customer is computed at."""
    if not (first["first"] > 0).any():
        return np.zeros(len(facts.row), np.int64)
    ids = customer_id.gather(facts.row).to_frame("part")
    return ids.join(first, on="part", how="left", maintain_order="left")["first"].fill_null(0).to_numpy()


def _with_ties_sorted(
    places: Whole, numbers: tuple[Whole, ...], rows: pl.DataFrame, mixed: Whole, by: list[str]
) -> Whole:
    """Sort, by all columns, the rows that agree in those numbers by which the places are sorted."""
    agree = np.all([values[places[1:]] == values[places[:-1]] for values in numbers], axis=0)
    tied = np.flatnonzero(np.append(agree, False) | np.insert(agree, 0, False))
    if not len(tied):
        return places
    ties = rows[mixed[places[tied]]].select(by).with_columns(pl.Series("_at", places[tied]))
    settled = places.copy()
    settled[tied] = ties.sort(by, maintain_order=True)["_at"].to_numpy()
    return settled


def each_as_known(name: str, facts: pl.DataFrame, clock: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Say of each fact when its own row was known, where a row of the table stands behind it.

    Facts out of order are computed as if known together; `rows` are those in force, as they came.
    """
    key = list(table_named(name).key)
    if not set(key) <= set(facts.columns):
        return facts
    known = rows.select(*key, pl.col("known_at").alias("_known")).unique(key, keep="any")
    own = facts.join(known, on=key, how="left", maintain_order="left", nulls_equal=True)
    either = pl.when(pl.col("_known").is_null()).then("known_at").otherwise(pl.max_horizontal("_known", clock))
    return own.with_columns(either.alias("known_at")).drop("_known")


class _Clocks:
    """Facts by customer and when they were known, then happened: `row, who, known, event, is_answer`."""

    def __init__(self, row: Whole, who: Whole, known: Whole, event: Whole, is_answer: Mask) -> None:
        self.row, self.who, self.known, self.event, self.is_answer = row, who, known, event, is_answer

    def chosen(self, which: Mask | Whole) -> _Clocks:
        """Return some of the facts."""
        columns = (self.row, self.who, self.known, self.event, self.is_answer)
        return _Clocks(*(column[which] for column in columns))

    def mixed(self) -> Mask:
        """Say which facts are out of order, or stand among such: what happened in an order it was not known in.

        Facts of one instant that were known at different times are among them. A stretch of facts ends where all
        before it happened before all after it.
        """
        same = self.who[1:] == self.who[:-1]
        later, earlier = self.event[1:], self.event[:-1]
        mixed = same & ((later < earlier) | ((later == earlier) & (self.known[1:] != self.known[:-1])))
        if not mixed.any():
            return np.zeros(len(self.row), dtype=bool)
        facts = pl.DataFrame({"who": self.who, "event": self.event})
        newest = facts.select(pl.col("event").cum_max().over("who")).to_series().to_numpy()
        oldest = facts.select(pl.col("event").cum_min(reverse=True).over("who")).to_series().to_numpy()
        stretch = np.cumsum(np.append(True, ~same | (newest[:-1] < oldest[1:]))) - 1
        is_mixed = np.zeros(stretch[-1] + 1, dtype=bool)
        is_mixed[stretch[1:][mixed]] = True
        return is_mixed[stretch]


def _clocks(name: str, rows: pl.DataFrame, who: Whole) -> _Clocks:
    event = _physical(rows[table_named(name).event_time or "known_at"])
    known = np.maximum(_physical(rows["known_at"]), event)
    facts = _Clocks(np.arange(len(who)), who, known, event, np.zeros(len(who), dtype=bool))
    if ANSWER_KNOWN in rows.columns:
        given = rows["answered_at"].is_not_null().arg_true().to_numpy().astype(np.int64)
        answered, told = _physical(rows["answered_at"])[given], _physical(rows[ANSWER_KNOWN])[given]
        facts = _Clocks(
            np.append(facts.row, given),
            np.append(who, who[given]),
            np.append(known, told),
            np.append(event, answered),
            np.append(facts.is_answer, np.ones(len(given), dtype=bool)),
        )
    same = facts.who[1:] == facts.who[:-1]
    in_order = (facts.who[1:] > facts.who[:-1]) | (
        same
        & (
            (facts.known[1:] > facts.known[:-1])
            | ((facts.known[1:] == facts.known[:-1]) & (facts.event[1:] >= facts.event[:-1]))
        )
    )
    return facts if in_order.all() else facts.chosen(np.lexsort((facts.event, facts.known, facts.who)))


def _physical(column: pl.Series) -> Whole:
    return column.to_physical().fill_null(np.iinfo(np.int64).min).to_numpy()
