"""The slow, obvious engine: one row, one window, one filter at a time."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl


class SlowFacts:
    """What `Facts` says, computed by filtering for every customer and date."""

    def __init__(
        self, rows: pl.DataFrame, customers: Sequence[str], as_of: Sequence[datetime], clock: str
    ) -> None:
        self.rows = rows.sort("customer_id", "known_at", maintain_order=True)
        self.customers, self.as_of, self.clock = customers, as_of, clock

    def _each(self, value, window=None, where=None):
        table = []
        marked = self.rows.with_columns((pl.lit(value=True) if where is None else where).alias("kept"))
        for customer in self.customers:
            line = []
            for date in self.as_of:
                facts = marked.filter(pl.col("customer_id") == customer, pl.col("known_at") < date)
                if window is not None:
                    facts = facts.filter(pl.col(self.clock) >= date - timedelta(days=window))
                line.append(value(facts.filter("kept"), date))
            table.append(line)
        return table

    def count(self, window=None, where=None):
        return self._each(lambda facts, _: float(facts.height), window, where)

    def sum(self, column, window=None):
        return self._each(lambda facts, _: float(facts[column].sum()), window)

    def mean(self, column, window=None):
        return self._each(lambda facts, _: _or_nan(facts[column].mean()), window)

    def spread(self, column, window=None):
        return self._each(lambda facts, _: _or_nan(facts[column].std(ddof=0)), window)

    def decayed(self, half_life):
        def value(facts, date):
            ages = [(date - happened).total_seconds() / 86400 for happened in facts[self.clock]]
            return math.fsum(0.5 ** (age / half_life) for age in ages)

        return self._each(value)

    def days_since(self, nth=1):
        def value(facts, date):
            newest = sorted(facts[self.clock], reverse=True)
            return (date - newest[nth - 1]).total_seconds() / 86400 if len(newest) >= nth else math.nan

        return self._each(value)


def _or_nan(value):
    return math.nan if value is None else float(value)
