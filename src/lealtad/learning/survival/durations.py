"""How long each row was seen, and whether the customer had left by then; steps of time at risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Durations:
    """Times since each row's as-of date.

    Attributes
    ----------
    days
        How long the customer was seen, not negative.
    churned
        Whether they left then; else they are censored: nothing is known of what came after.
    """

    days: NDArray[np.float64]
    churned: NDArray[np.bool_]

    @classmethod
    def of(cls, times: pl.DataFrame) -> Durations:
        """Take `churned_after_days` and `censored_after_days`, of which one is null, as `labels.times` gives them.

        Examples
        --------
        >>> import polars as pl
        >>> Durations.of(pl.DataFrame({"churned_after_days": [3.0, None], "censored_after_days": [None, 5.0]}))
        Durations(days=array([3., 5.]), churned=array([ True, False]))
        """
        churned = times["churned_after_days"].cast(float)
        days = churned.fill_null(times["censored_after_days"].cast(float))
        return cls(days.to_numpy(), churned.is_not_null().to_numpy())

    def until(self, days: ArrayLike) -> Durations:
        """Return what had been seen after so many days, one number or one per row."""
        longest = np.broadcast_to(np.asarray(days, dtype=np.float64), self.days.shape)
        return Durations(np.minimum(self.days, longest), self.churned & (self.days <= longest))

    def at(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Durations:
        """Return some of the rows."""
        return Durations(self.days[rows], self.churned[rows])


@dataclass(frozen=True)
class Periods:
    """One entry per customer and step in which they could have left.

    Attributes
    ----------
    row
        Position in the durations.
    step
        Number of the step, from 0.
    churned
        Whether they left in it.
    weight
        The part of the step for which they were seen, if they did not leave in it; else 1.
    """

    row: NDArray[np.int64]
    step: NDArray[np.int64]
    churned: NDArray[np.bool_]
    weight: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.row)

    def at(self, entries: NDArray[np.int64]) -> Periods:
        """Return some of the entries."""
        return Periods(self.row[entries], self.step[entries], self.churned[entries], self.weight[entries])

    def thin(self, most: int, rng: np.random.Generator) -> Periods:
        """Return about `most` entries: all churned customers, and a random part of the others, weighted up."""
        others = np.flatnonzero(~self.churned)
        room = max(most - int(self.churned.sum()), 1)
        if len(self) <= most or len(others) <= room:
            return self
        sample = rng.choice(others, room, replace=False)
        chosen = np.sort(np.concatenate([np.flatnonzero(self.churned), sample]))
        part = self.at(chosen)
        stands_for = np.where(part.churned, 1.0, len(others) / room)
        return Periods(part.row, part.step, part.churned, part.weight * stands_for)


def list_periods(durations: Durations, step_days: float, steps: int) -> Periods:
    """Return every step in which each row was at risk, up to `steps`.

    A row that is censored within a step counts for the part of it that was seen: to leave the step out, and yet
    count those who left in the same part of it, would make leaving look more frequent than it is.

    Examples
    --------
    >>> seen = Durations(np.array([10.0, 14.0]), np.array([True, False]))
    >>> found = list_periods(seen, step_days=8, steps=3)
    >>> list(zip(found.row.tolist(), found.step.tolist(), found.churned.tolist(), found.weight.tolist()))
    [(0, 0, False, 1.0), (0, 1, True, 1.0), (1, 0, False, 1.0), (1, 1, False, 0.75)]
    """
    passed = durations.days / step_days
    whole = np.floor(passed)
    counted = np.where(durations.churned, whole + 1, np.ceil(passed))
    number = np.minimum(counted, steps).astype(np.int64)
    row = np.repeat(np.arange(len(number)), number)
    step = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number)
    churned = durations.churned[row] & (step == whole[row])
    weight = np.where(churned, 1.0, np.minimum(passed[row] - step, 1.0))
    return Periods(row, step, churned, weight)
