"""The slow, obvious engine: one row, one window, one filter at a time, in plain Python numbers."""

import math
import statistics
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import polars as pl

DAY = timedelta(days=1)


class SlowFacts:
    """What `Facts` says, computed by filtering for every customer and date."""

    def __init__(
        self, rows: pl.DataFrame, customers: Sequence[str], as_of: Sequence[datetime], clock: str
    ) -> None:
        self.rows = rows.sort("customer_id", "known_at", clock, maintain_order=True).with_row_index("row")
        self.customers, self.as_of, self.clock = customers, as_of, clock

    def count(self, window=None, where=None):
        return self._each(lambda facts, _: float(len(facts)), None, window, where)

    def sum(self, what, window=None, where=None):
        return self._each(lambda facts, _: math.fsum(values(facts)), what, window, where)

    def mean(self, what, window=None, where=None):
        return self._each(_if_any(lambda facts: math.fsum(values(facts)) / len(facts)), what, window, where)

    def spread(self, what, window=None, where=None):
        return self._each(
            _if_any(lambda facts: statistics.pstdev(values(facts))), what, window, where, in_force=True
        )

    def slope(self, what, window=None, where=None):
        def per_day(facts, _):
            times = [Fraction((fact["event"] - facts[0]["event"]) / DAY) for fact in facts]
            if len(set(times)) < 2:
                return math.nan
            numbers = [Fraction(value) for value in values(facts)]
            time, number = sum(times) / len(times), sum(numbers) / len(numbers)
            along = sum((t - time) * (v - number) for t, v in zip(times, numbers, strict=True))
            return float(along / sum((t - time) ** 2 for t in times))

        return self._each(per_day, what, window, where, in_force=True)

    def minimum(self, what, window=None, where=None):
        return self._each(_if_any(lambda facts: min(values(facts))), what, window, where, in_force=True)

    def maximum(self, what, window=None, where=None):
        return self._each(_if_any(lambda facts: max(values(facts))), what, window, where, in_force=True)

    def quantile(self, what, q, window=None, where=None):
        def of(facts):
            ascending = sorted(values(facts))
            below = math.floor(q * (len(ascending) - 1))
            above = min(below + 1, len(ascending) - 1)
            share = q * (len(ascending) - 1) - below
            return ascending[below] * (1 - share) + ascending[above] * share

        return self._each(_if_any(of), what, window, where, in_force=True)

    def distinct(self, what, window=None, where=None):
        return self._each(lambda facts, _: float(len(set(values(facts)))), what, window, where, in_force=True)

    def first(self, what, where=None):
        def oldest(facts):
            return min(facts, key=lambda fact: (fact["event"], -fact["row"]))["value"]

        return self._each(_if_any(oldest), what, None, where, in_force=True)

    def last(self, what, where=None):
        def newest(facts):
            return max(facts, key=lambda fact: (fact["event"], fact["row"]))["value"]

        return self._each(_if_any(newest), what, None, where, in_force=True)

    def decaying_sum(self, half_life, what=None, where=None):
        def faded(facts, date):
            return math.fsum(fact["value"] * 0.5 ** ((date - fact["event"]) / DAY / half_life) for fact in facts)

        return self._each(faded, what, None, where)

    def days_since(self, nth=1, where=None):
        def since(facts, date):
            newest = sorted((fact["event"] for fact in facts), reverse=True)
            return (date - newest[nth - 1]) / DAY if len(newest) >= nth else math.nan

        return self._each(since, None, None, where, in_force=True)

    def days_since_first(self, where=None):
        def since(facts, date):
            return (date - min(fact["event"] for fact in facts)) / DAY if facts else math.nan

        return self._each(since, None, None, where, in_force=True)

    def _each(self, measure: Callable, what, window, where, *, in_force=False):
        """What is picked out is picked from the facts in force; what is added up leaves that to the facts."""
        value = pl.lit(1.0) if what is None else pl.col(what) if isinstance(what, str) else what
        marked = self.rows.with_columns(
            value.alias("value"),
            pl.col(self.clock).alias("event"),
            (pl.lit(value=True) if where is None else where).alias("kept"),
        )
        facts = [fact for fact in marked.to_dicts() if fact["kept"] and _given(fact["value"])]
        return [
            [measure(self._seen(facts, customer, date, window, in_force), date) for date in self.as_of]
            for customer in self.customers
        ]

    @staticmethod
    def _seen(facts, customer, date, window, in_force):
        opened = None if window is None else date - timedelta(days=window)
        return [
            fact
            for fact in facts
            if fact["customer_id"] == customer
            and fact["known_at"] < date
            and (opened is None or opened <= fact["event"])
            and not (in_force and fact.get("until") is not None and fact["until"] < date)
        ]


def values(facts):
    return [fact["value"] for fact in facts]


def _given(value):
    return value is not None and (not isinstance(value, float) or math.isfinite(value))


def _if_any(measure: Callable) -> Callable:
    return lambda facts, _: measure(facts) if facts else math.nan


def happened(rows: pl.DataFrame, clock: str, date: datetime, key: str) -> list[dict]:
    """The facts of one customer known at a date, in the order in which they happened."""
    known = rows.filter(pl.col("known_at") < date)
    return known.sort(clock, key).to_dicts()
