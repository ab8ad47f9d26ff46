"""Importance with its uncertainty: the same decomposition on samples of customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.experience.drivers.importance import decompose_r2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DRAWS = 300
_CHUNK = 20_000  # customers whose products are held at once
_SEED = 20_240


@dataclass(frozen=True)
class Importance:
    """Importance of drivers.

    Attributes
    ----------
    shares
        What each driver explains of the variance; they sum to `r2`.
    draws
        The same in samples of customers: draws × drivers.
    n, customers
        Examples, and customers behind them.
    """

    shares: NDArray[np.float64]
    draws: NDArray[np.float64]
    n: int
    customers: int

    @property
    def r2(self) -> float:
        """What all drivers explain together."""
        return float(self.shares.sum())

    @property
    def relative(self) -> NDArray[np.float64]:
        """The shares as parts of what is explained; 0 where nothing is."""
        total = self.shares.sum()
        return self.shares / total if total > 0 else np.zeros_like(self.shares)

    @property
    def relative_draws(self) -> NDArray[np.float64]:
        """The parts of each draw."""
        total = self.draws.sum(axis=1, keepdims=True)
        return np.divide(self.draws, total, out=np.zeros_like(self.draws), where=total > 0)


def compute_importance(  # noqa: PLR0913 - data, their grouping, and how sure to be
    columns: NDArray[np.float64],
    outcome: NDArray[np.float64],
    customer: NDArray[np.int64],
    groups: Sequence[int],
    weights: NDArray[np.float64] | None = None,
    *,
    draws: int = DRAWS,
) -> Importance:
    """Compute the importance of drivers and its draws by a bootstrap of customers.

    Parameters
    ----------
    columns, outcome
        Examples × columns, and the outcome of each example; no null.
    customer
        The customer of each example, numbered; examples of one customer are drawn together.
    groups
        By column, the number of its driver.
    weights
        Of each example; None: all alike.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(500, 2))
    >>> found = compute_importance(x, x @ [2.0, 1.0], np.arange(500), [0, 1], draws=20)
    >>> found.relative.round(1).tolist(), found.draws.shape
    ([0.8, 0.2], (20, 2))
    """
    # centred and scaled first, so that no unit costs precision
    varying = _standardise(columns)
    rows = np.column_stack([np.ones(len(outcome)), varying, _standardise(outcome[:, None])])
    heft = np.ones(len(outcome)) if weights is None else weights
    _, position = np.unique(customer, return_inverse=True)
    order = np.argsort(position, kind="stable")
    products, total = _sum_products(rows[order], heft[order], position[order], draws)
    shares = decompose_r2(total, groups)
    resampled = np.array([decompose_r2(each, groups) for each in products]).reshape(draws, shares.size)
    return Importance(shares, resampled, len(outcome), int(position.max(initial=-1)) + 1)


def _standardise(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = columns - columns.mean(axis=0)
    centred -= centred.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    size = np.abs(columns).max(axis=0, initial=0.0)
    flat = spread <= 1e-12 * np.maximum(size, np.finfo(float).tiny)
    scaled: NDArray[np.float64] = np.where(flat, 0.0, centred / np.where(flat, 1.0, spread))
    return scaled


def _sum_products(
    rows: NDArray[np.float64], weights: NDArray[np.float64], position: NDArray[np.int64], draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the moments of each draw and of all: products are summed by customer, then by how often drawn."""
    width = rows.shape[1]
    upper = np.triu_indices(width)
    count = int(position[-1]) + 1 if position.size else 0
    rng = np.random.default_rng(_SEED)
    sums, total = np.zeros((draws, upper[0].size)), np.zeros(upper[0].size)
    for first in range(0, count, _CHUNK):
        begin, end = np.searchsorted(position, [first, first + _CHUNK])
        part = rows[begin:end]
        starts = np.flatnonzero(np.diff(position[begin:end], prepend=-1))
        weighted = part * weights[begin:end, None]
        by_customer = np.add.reduceat(weighted[:, upper[0]] * part[:, upper[1]], starts, axis=0)
        # Poisson counts draw customers of any number in parts
        sums += rng.poisson(1.0, (draws, by_customer.shape[0])).astype(np.float64) @ by_customer
        total += by_customer.sum(axis=0)
    return _fill_square(sums, width), _fill_square(total[None], width)[0]


def _fill_square(sums: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    upper = np.triu_indices(width)
    square = np.zeros((sums.shape[0], width, width))
    square[:, upper[0], upper[1]] = sums
    square[:, upper[1], upper[0]] = sums
    return square
