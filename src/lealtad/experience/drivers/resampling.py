"""Importance with its uncertainty: the same decomposition on samples of customers."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from lealtad.experience.drivers.importance import decompose_r2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DRAWS = 300
BLOCKS = 400  # of customers; drawing blocks is as valid as drawing customers, and far cheaper
_SEED = 20_240


@dataclass(frozen=True)
class Importance:
    """Importance of drivers.

    Attributes
    ----------
    shares
        The variance that each driver explains; they sum to `r2`.
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
        """The variance that all drivers explain together."""
        return float(self.shares.sum())

    @property
    def relative(self) -> NDArray[np.float64]:
        """The shares relative to the explained variance; 0 if nothing is explained."""
        total = self.shares.sum()
        parts: NDArray[np.float64] = self.shares / total if total > 0 else np.zeros_like(self.shares)
        return parts

    @property
    def relative_draws(self) -> NDArray[np.float64]:
        """The parts of each draw."""
        total = self.draws.sum(axis=1, keepdims=True)
        parts: NDArray[np.float64] = np.divide(self.draws, total, out=np.zeros_like(self.draws), where=total > 0)
        return parts


def compute_importance(  # noqa: PLR0913 - data, their grouping, and how sure to be
    columns: NDArray[np.float64],
    outcome: NDArray[np.float64],
    customer: NDArray[np.int64],
    groups: Sequence[int],
    weights: NDArray[np.float64] | None = None,
    *,
    size: int | None = None,
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
        One per example; None: all alike.
    size
        The number of drivers; None: as many as have a column.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(500, 2))
    >>> found = compute_importance(x, x @ [2.0, 1.0], np.arange(500), [0, 1], draws=20)
    >>> found.relative.round(1).tolist(), found.draws.shape
    ([0.8, 0.2], (20, 2))
    """
    # centred and scaled first, for numerical precision in any unit
    varying = _standardise(columns)
    rows = np.column_stack([np.ones(len(outcome)), varying, _standardise(outcome[:, None])])
    heft = np.ones(len(outcome)) if weights is None else weights
    block = _assign_blocks(customer)
    order = np.argsort(block, kind="stable")
    products, total = _sum_products(rows[order], heft[order], block[order], draws)
    shares = decompose_r2(total, groups, size)
    resampled = np.array([decompose_r2(each, groups, size) for each in products]).reshape(draws, shares.size)
    return Importance(shares, resampled, len(outcome), np.unique(customer).size)


def _standardise(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    centred = columns - columns.mean(axis=0)
    centred -= centred.mean(axis=0)
    spread = np.sqrt((centred**2).mean(axis=0))
    size = np.abs(columns).max(axis=0, initial=0.0)
    flat = spread <= 1e-12 * np.maximum(size, np.finfo(float).tiny)
    scaled: NDArray[np.float64] = np.where(flat, 0.0, centred / np.where(flat, 1.0, spread))
    return scaled


def _sum_products(
    rows: NDArray[np.float64], weights: NDArray[np.float64], block: NDArray[np.int64], draws: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the moments of each draw of blocks, and of all rows; rows are sorted by block."""
    count = int(block[-1]) + 1 if block.size else 0
    bounds = np.searchsorted(block, np.arange(count + 1))
    by_block = np.array(
        [(rows[begin:end] * weights[begin:end, None]).T @ rows[begin:end] for begin, end in pairwise(bounds)]
    )
    drawn = np.random.default_rng(_SEED).multinomial(count, np.full(count, 1 / count), draws).astype(np.float64)
    return np.tensordot(drawn, by_block, axes=1), by_block.sum(axis=0)


def _assign_blocks(customer: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the random block of each customer's examples; with few customers, each is its own block."""
    _, position = np.unique(customer, return_inverse=True)
    count = int(position.max(initial=-1)) + 1
    shuffled = np.random.default_rng(_SEED).permutation(np.arange(count) % min(count, BLOCKS))
    block: NDArray[np.int64] = shuffled[position]
    return block
