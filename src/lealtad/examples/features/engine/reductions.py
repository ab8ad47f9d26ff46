"""Segmented reductions: one number per customer out of facts that stand together, customer by customer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lealtad.examples.features.engine.grid import DAY, Matrix, Whole


@dataclass(frozen=True)
class Segments:
    """Values sorted by customer, cut where the next customer begins.

    Attributes
    ----------
    owner
        The customer of each segment, ascending.
    start, length
        Where each segment begins, and how many values it has (at least one).
    """

    owner: Whole
    start: Whole
    length: Whole
    customers: int

    @classmethod
    def of(cls, customer: Whole, customers: int) -> Segments:
        """Cut sorted customer numbers into segments."""
        start = np.flatnonzero(np.diff(customer, prepend=-1))
        return cls(customer[start], start, np.diff(start, append=len(customer)), customers)

    def spread_out(self, per_segment: Matrix) -> Matrix:
        """Repeat a number of each segment for all its values."""
        return np.repeat(per_segment, self.length)

    def place(self, per_segment: Matrix, otherwise: float = np.nan) -> Matrix:
        """Return one number per customer; customers without values have the other."""
        column = np.full(self.customers, otherwise)
        column[self.owner] = per_segment
        return column

    def reduce(self, how: np.ufunc, values: Matrix | Whole) -> Matrix:
        """Reduce every segment by `np.add`, `np.minimum`, `np.maximum`."""
        results: Matrix = how.reduceat(values, self.start) if len(self.start) else np.empty(0)
        return results


def compute_quantile(segments: Segments, ascending: Matrix, q: float) -> Matrix:
    """Return the quantile of every segment, whose values ascend, interpolated linearly."""
    place = q * (segments.length - 1)
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, segments.length - 1)
    low, high = ascending[segments.start + below], ascending[segments.start + above]
    between: Matrix = low + (high - low) * (place - below)
    return between


def compute_deviation(segments: Segments, values: Matrix) -> Matrix:
    """Return the standard deviation (population) of every segment, in two passes."""
    root: Matrix = np.sqrt(segments.reduce(np.add, _center(segments, values) ** 2) / segments.length)
    return root


def compute_slope(segments: Segments, instants: Whole, values: Matrix) -> Matrix:
    """Return the least-squares slope per day of every segment; NaN with fewer than two different times."""
    first = instants[segments.start]
    days = _center(segments, (instants - np.repeat(first, segments.length)) / DAY)
    varied = segments.reduce(np.maximum, instants) > segments.reduce(np.minimum, instants)
    along = segments.reduce(np.add, days * _center(segments, values))
    square = segments.reduce(np.add, days**2)
    rise = np.full(len(square), np.nan)
    np.divide(along, square, out=rise, where=varied)
    return rise


def _center(segments: Segments, values: Matrix) -> Matrix:
    centred: Matrix = values - segments.spread_out(segments.reduce(np.add, values) / segments.length)
    return centred


def count_changes(segments: Segments, kinds: Whole) -> Matrix:
    """Count the different kinds of every segment, in which like stand together."""
    new = np.diff(kinds, prepend=-1) != 0
    new[segments.start] = True
    return segments.reduce(np.add, new.astype(np.float64))
