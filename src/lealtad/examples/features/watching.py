"""Facts that take note of what a formula asks for, and the facts that decide each answer."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.examples.features.history.fact_clocks import ANSWER_KNOWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.examples.features.engine.facts import Facts, Matrix

# how rows were brought into place says nothing about the customer
_PLACED = ("_row", "superseded_at", "source_zone", "is_own", "ends", "until", ANSWER_KNOWN)


@dataclass(frozen=True)
class _Question:
    """What a formula asked for: a measure, with the arguments it was given."""

    measure: str
    what: str | pl.Expr | None
    window: int | None
    where: pl.Expr | None
    nth: int


class WatchedFacts:
    """Facts that take note of what they are asked for."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.asks: list[_Question] = []

    def __getattr__(self, name: str) -> Any:
        member = getattr(self.facts, name)
        return partial(self._record, member) if inspect.ismethod(member) else member

    def _record(self, measure: Callable[..., Matrix], *given: Any, **named: Any) -> Matrix:
        bound = inspect.signature(measure).bind(*given, **named)
        arguments = bound.arguments
        ask = _Question(
            measure.__name__,
            arguments.get("what"),
            arguments.get("window"),
            arguments.get("where"),
            arguments.get("nth", 1),
        )
        self.asks.append(ask)
        return measure(*given, **named)


def collect_facts(watched: WatchedFacts, as_of: datetime, clock: str) -> pl.DataFrame:
    """Return the facts of all customers that the measures covered, with what each gives."""
    facts = watched.facts.rows_behind(as_of).with_row_index("_row")
    who = facts["customer_id"].rle_id().to_numpy()
    newest = np.full(who.max(initial=0) + 1, -1)  # by customer, of the facts that count so far
    counts, shown = np.zeros((2, facts.height), dtype=bool)
    values = np.full(facts.height, np.nan)
    for ask in watched.asks:
        counted = _select_counted(facts, ask, as_of, clock)
        rows = counted["_row"].to_numpy()
        fresh = ~counts[rows]
        values[rows[fresh]] = counted["value"].to_numpy()[fresh]
        counts[rows] = True
        np.maximum.at(newest, who[rows], rows)
        compared = facts["customer_id"].is_in(_find_compared(counted, ask).implode()).to_numpy()
        shown |= compared & (facts["_row"].to_numpy() < newest[who])
    first = [clock, "known_at", "counts", "value"]
    others = (name for name in facts.columns if name not in {*first, *_PLACED})
    marked = facts.with_columns(counts=pl.Series(counts), value=pl.Series(values, nan_to_null=True))
    return marked.filter(pl.Series(counts | shown)).sort(clock, "known_at", "_row").select(*first, *others)


def _select_counted(known: pl.DataFrame, ask: _Question, as_of: datetime, clock: str) -> pl.DataFrame:
    """Return the facts that decide one measure, with the `value` each gives to it."""
    valued = known.lazy().with_columns(value=_express_value(ask), _met=_express_condition(ask.where))
    covered = valued.filter(pl.col("value").is_not_null() & pl.col("_met"))
    if ask.window is not None:
        opened = pl.lit(as_of).cast(known.schema[clock]) - pl.duration(days=ask.window)
        covered = covered.filter(pl.col(clock) >= opened)
    if ask.measure in ("last", "days_since"):
        covered = covered.sort(clock, maintain_order=True).filter(_is_among_last(ask.nth))
    if ask.measure in ("first", "days_since_first"):
        earliest = covered.filter(pl.col(clock) == pl.col(clock).min().over("customer_id"))
        covered = earliest.filter(_is_among_last(1))
    return covered.collect()


def _is_among_last(count: int) -> pl.Expr:
    """Say of each row whether it is among the last ones of its customer."""
    return pl.int_range(pl.len()).reverse().over("customer_id") < count


def _find_compared(counted: pl.DataFrame, ask: _Question) -> pl.Series:
    """Return the customers whose facts give something else to the measure if no other fact stands before them."""
    if ask.where is None and not isinstance(ask.what, pl.Expr):
        return counted["customer_id"].clear()  # a column as it stands, or a count
    again = counted.lazy().with_columns(_again=_express_value(ask), _still=_express_condition(ask.where))
    is_same = pl.col("value").eq_missing(pl.col("_again")) & pl.col("_still")
    return again.filter(~is_same).select(pl.col("customer_id").unique()).collect().to_series()


def _express_value(ask: _Question) -> pl.Expr:
    """Express what a fact gives to a measure: null if it is passed over, 1 where facts are counted."""
    if ask.what is None:
        return pl.lit(1.0)
    what = pl.col(ask.what) if isinstance(ask.what, str) else ask.what
    if ask.measure == "distinct":
        return pl.when(what.is_not_null()).then(1.0)
    number = what.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _express_condition(where: pl.Expr | None) -> pl.Expr:
    return pl.lit(value=True) if where is None else where.fill_null(value=False)
