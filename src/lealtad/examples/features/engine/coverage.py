"""Which facts a window covers at each as-of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine.grid import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.examples.features.engine.grid import Grid, Whole
    from lealtad.examples.features.engine.ordered import OrderedFacts


@dataclass(frozen=True)
class Coverage:
    """For every fact the as-of dates, by number, at which a window covers it: from `first` to before `past`.

    A fact is covered from the first date after it was known. It is covered to the last date whose window reaches
    back to when it happened, or at which it had not been taken back. (`past` None: for ever.)
    """

    first: Whole
    past: Whole | None
    dates: int

    @classmethod
    def of(cls, facts: OrderedFacts, grid: Grid, window: int | None) -> Coverage:
        """Find the dates of every fact, for a window in days or (None) the whole history."""
        first = np.searchsorted(grid.as_of, facts.known_at, side="right")
        past = None if window is None else np.searchsorted(grid.as_of, facts.event + window * DAY, side="right")
        if facts.until is not None:
            taken_back = np.searchsorted(grid.as_of, facts.until, side="right")
            past = taken_back if past is None else np.minimum(past, taken_back)
        return cls(first, past, len(grid.as_of))

    def by_date(self, chosen: Whole) -> Iterator[Whole]:
        """Yield for each date those of the chosen facts (positions) that its window covers, in their order."""
        first = self.first[chosen]
        past = None if self.past is None else self.past[chosen]
        for date in range(self.dates):
            covered = first <= date
            if past is not None:
                covered &= past > date
            yield chosen[covered]
