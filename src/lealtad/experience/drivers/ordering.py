"""The order of drivers in groups that cannot be distinguished, instead of a plain ranking."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import norm

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experience.drivers.resampling import Importance

LEVEL = 0.05
TOP = 3


@dataclass(frozen=True)
class Order:
    """The order of drivers.

    Attributes
    ----------
    rank
        The drivers, most important first.
    group
        By driver, the number of its group, 1 for the most important.
    low, high
        By driver, the 95 % interval of its relative importance.
    among_top
        By driver, the share of draws in which it is among the three most important.
    ties_first
        By driver, whether it cannot be distinguished from the most important one.
    above
        Drivers × drivers: whether the one of the row is certainly more important than the one of the column.
    """

    rank: NDArray[np.int64]
    group: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    among_top: NDArray[np.float64]
    ties_first: NDArray[np.bool_]
    above: NDArray[np.bool_]

    @property
    def may_be_top(self) -> NDArray[np.bool_]:
        """By driver, whether fewer than three are certainly above it; these include the true top three.

        They do so in at least 95 of 100 samples, because all pairs are adjusted together. Groups state less: a
        driver of the second group is certainly below the first driver, but not necessarily below the third.
        """
        few: NDArray[np.bool_] = self.above.sum(axis=0) < TOP
        return few

    @property
    def certain_pairs(self) -> int:
        """Pairs of drivers with a certain order."""
        return int(self.above.sum())

    @property
    def pairs(self) -> int:
        """All pairs of drivers."""
        return self.rank.size * (self.rank.size - 1) // 2

    def list_columns(self) -> dict[str, NDArray[Any]]:
        """Return by name the columns of driver tables next to the importance."""
        names = ("low", "high", "group", "among_top", "may_be_top", "ties_first")
        return {name: getattr(self, name) for name in names}


def order_drivers(importance: Importance) -> Order:
    """Order drivers by importance, in groups.

    A group ends where the paired interval between neighbours excludes 0, adjusted by Holm's method over the
    neighbours. It also ends where a driver is certainly below the first of its group: many small steps add up.
    These intervals are adjusted over all pairs.

    Examples
    --------
    >>> from lealtad.experience.drivers.resampling import compute_importance
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(2000, 3))
    >>> y = x @ [1.0, 0.2, 0.2] + rng.normal(size=2000)
    >>> order_drivers(compute_importance(x, y, np.arange(2000), [0, 1, 2])).group.tolist()
    [1, 2, 2]
    """
    parts, draws = importance.relative, importance.relative_draws
    rank = np.argsort(-parts, kind="stable")
    first_of_pair, right = np.triu_indices(parts.size, k=1)
    certain = np.zeros((parts.size, parts.size), bool)
    certain[first_of_pair, right] = _find_differences(parts, draws, first_of_pair, right)
    certain |= certain.T
    steps = _find_differences(parts, draws, rank[:-1], rank[1:])
    group, first = np.ones(parts.size, np.int64), rank[:1]
    for step, (upper, below) in zip(steps, pairwise(rank), strict=True):
        ends = step or certain[first, below].any()
        group[below] = group[upper] + ends
        first = np.array([below]) if ends else first
    low, high = _bound(parts, draws)
    places = np.argsort(np.argsort(-draws, axis=1, kind="stable"), axis=1, kind="stable")
    ties = np.ones(parts.size, bool)
    ties[rank[1:]] = ~_find_differences(parts, draws, np.full(parts.size - 1, rank[0]), rank[1:])
    above = certain & (parts[:, None] > parts)
    return Order(rank, group, low, high, (places < TOP).mean(axis=0), ties, above)


def _bound(
    parts: NDArray[np.float64], draws: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    spread = norm.ppf(1 - LEVEL / 2) * draws.std(axis=0)
    return np.clip(parts - spread, 0.0, 1.0), np.clip(parts + spread, 0.0, 1.0)


def _find_differences(
    parts: NDArray[np.float64], draws: NDArray[np.float64], one: NDArray[np.int64], other: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return for each pair whether its difference is beyond chance, by Holm's method over all pairs."""
    difference = parts[one] - parts[other]
    spread = (draws[:, one] - draws[:, other]).std(axis=0)
    z = np.divide(np.abs(difference), spread, out=np.zeros_like(difference), where=spread > 0)
    return adjust_holm(2 * norm.sf(z)) < LEVEL


def adjust_holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Adjust p-values for their number (Holm 1979).

    Examples
    --------
    >>> adjust_holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted
