"""Who has a subscription at which instant: those who left stop acting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.weeks import NEVER, Weeks

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import AnyArray, Flags, Ints


class Presence:
    """For each week, who was a customer at its beginning and when, in it, the subscription ended."""

    def __init__(self, weeks: Weeks, customers: int) -> None:
        self._weeks = weeks
        self._alive = np.zeros((weeks.count, customers), np.bool_)
        self._left_at = np.full((weeks.count, customers), NEVER)

    def note(self, week: int, alive: Flags, left_at: Ints) -> None:
        """Write down one week."""
        self._alive[week], self._left_at[week] = alive, left_at

    def acting(self, who: AnyArray, at: AnyArray) -> Flags:
        """Return whether each customer had a subscription at each instant."""
        week = self._weeks.of(at.astype(np.int64))
        present: Flags = self._alive[week, who] & (at < self._left_at[week, who])
        return present
