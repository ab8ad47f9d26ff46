"""Totals that fade: each fact counts half for every half-life since it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.examples.features.engine.grid import DAY, Grid, Matrix

if TYPE_CHECKING:
    from lealtad.examples.features.engine.ordered import OrderedFacts


def sum_with_decay(facts: OrderedFacts, grid: Grid, weights: Matrix | None, half_life: float) -> Matrix:
    """Add up what each fact adds (None: 1), halved for every `half_life` days, per customer and date.

    What is known between two dates is faded to the second of them; the total so far fades from date to date.
    """
    rate = np.log(2) / (half_life * DAY)
    dates = len(grid.as_of)
    cell = np.searchsorted(grid.as_of, facts.known_at, side="right")
    closing = np.append(grid.as_of, grid.as_of[-1:])[cell]
    faded = np.exp(rate * np.minimum(facts.event - closing, 0))
    if weights is not None:
        faded *= weights
    flat = facts.customer * (dates + 1) + cell
    by_cell = np.bincount(flat, faded, minlength=(dates + 1) * grid.customers)
    total = by_cell.reshape(grid.customers, dates + 1)[:, :-1].astype(np.float64)
    remaining = np.exp(-rate * np.diff(grid.as_of))
    for date in range(1, dates):
        total[:, date] += total[:, date - 1] * remaining[date - 1]
    return total
