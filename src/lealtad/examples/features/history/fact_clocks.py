"""Both clocks of the facts of a table, customer by customer in the order of knowing, and where that misleads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.contract import get_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

ANSWER_KNOWN = "answer_known_at"


@dataclass(frozen=True)
class FactClocks:
    """Facts sorted by customer, then by when they were known, then by when they happened.

    Attributes
    ----------
    row
        The row of the table that each fact stands in; a survey with an answer holds two facts.
    who
        The customer's number.
    known_at, event
        Microseconds since 1970 (UTC).
    is_answer
        Which facts are answers.
    """

    row: Whole
    who: Whole
    known_at: Whole
    event: Whole
    is_answer: Mask

    @classmethod
    def of(cls, name: str, rows: pl.DataFrame, who: Whole) -> FactClocks:
        """Read the clocks of a table's rows, of customers by number."""
        row, event = np.arange(len(who)), to_microseconds(rows[get_table(name).event_time or "known_at"])
        facts = cls(
            row, who, np.maximum(to_microseconds(rows["known_at"]), event), event, np.zeros(len(who), np.bool_)
        )
        if ANSWER_KNOWN in rows.columns:
            facts = facts._with_answers(rows)
        order = np.lexsort((facts.event, facts.known_at, facts.who)) if not facts._in_order() else None
        return facts if order is None else facts.chosen(order)

    def chosen(self, which: Mask | Whole) -> FactClocks:
        """Return some of the facts."""
        return FactClocks(
            self.row[which], self.who[which], self.known_at[which], self.event[which], self.is_answer[which]
        )

    def out_of_order(self) -> FactClocks:
        """Return the facts that did not happen in the order in which they were known, and those among them.

        Facts of one instant that were known at different times are out of order too. A stretch of facts ends where
        all before it happened before all after it.
        """
        same = self.who[1:] == self.who[:-1]
        later, earlier = self.event[1:], self.event[:-1]
        swapped = same & ((later < earlier) | ((later == earlier) & (self.known_at[1:] != self.known_at[:-1])))
        if not swapped.any():
            return self.chosen(np.zeros(0, np.int64))
        facts = pl.DataFrame({"who": self.who, "event": self.event})
        newest = facts.select(pl.col("event").cum_max().over("who")).to_series().to_numpy()
        oldest = facts.select(pl.col("event").cum_min(reverse=True).over("who")).to_series().to_numpy()
        stretch = np.cumsum(np.append(True, ~same | (newest[:-1] < oldest[1:]))) - 1
        is_mixed = np.zeros(stretch[-1] + 1, np.bool_)
        is_mixed[stretch[1:][swapped]] = True
        return self.chosen(np.flatnonzero(is_mixed[stretch]))

    def _with_answers(self, surveys: pl.DataFrame) -> FactClocks:
        answered = surveys["answered_at"].is_not_null().arg_true().to_numpy().astype(np.int64)
        return FactClocks(
            np.append(self.row, answered),
            np.append(self.who, self.who[answered]),
            np.append(self.known_at, to_microseconds(surveys[ANSWER_KNOWN])[answered]),
            np.append(self.event, to_microseconds(surveys["answered_at"])[answered]),
            np.append(self.is_answer, np.ones(len(answered), np.bool_)),
        )

    def _in_order(self) -> bool:
        same, together = self.who[1:] == self.who[:-1], self.known_at[1:] == self.known_at[:-1]
        by_known = (self.known_at[1:] > self.known_at[:-1]) | (together & (self.event[1:] >= self.event[:-1]))
        return bool(((self.who[1:] > self.who[:-1]) | (same & by_known)).all())


def to_microseconds(column: pl.Series) -> Whole:
    """Return instants as microseconds, a missing one before all."""
    instants: Whole = column.to_physical().fill_null(np.iinfo(np.int64).min).to_numpy()
    return instants
