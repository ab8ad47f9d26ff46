"""The customers with a subscription at each instant: churned customers stop acting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.weeks import NEVER, Weeks

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import AnyArray, Flags, Ints


class Presence:
    """By week, who had a subscription at its beginning, and when it ended in the week."""

    def __init__(self, weeks: Weeks, customers: int) -> None:
        self._weeks = weeks
        self._subscribed = np.zeros((weeks.count, customers), np.bool_)
        self._ended_at = np.full((weeks.count, customers), NEVER)

    def record(self, week: int, subscribed: Flags, ended_at: Ints) -> None:
        """Record one week."""
        self._subscribed[week], self._ended_at[week] = subscribed, ended_at

    def is_subscribed(self, who: AnyArray, at: AnyArray) -> Flags:
        """Return whether each customer had a subscription at each instant."""
        week = self._weeks.find_week(at.astype(np.int64))
        present: Flags = self._subscribed[week, who] & (at < self._ended_at[week, who])
        return present
