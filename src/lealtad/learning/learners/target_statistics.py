"""Target statistics: the outcome rate of earlier rows of the same category, as a number that trees can split.

A category of many levels tempts trees to remember the few rows of each. The number in its place is the share of
other rows of the level that had the outcome, shrunk toward the share of all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.learners.booster_scorer import append_statistics, drop_levels

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from lealtad.learning.learners.examples import Examples

MANY = 8  # levels above which a category gets a number of its own
_LEAST, _MOST = 1.0, 10_000.0  # rows at the common rate that each level starts with


def find_many_levels(examples: Examples) -> tuple[int, ...]:
    """Return the positions of categories with more than eight levels."""
    return tuple(
        position for position in examples.categorical if _count_levels(examples.values[:, position]) > MANY
    )


def learn_statistics(examples: Examples, positions: Iterable[int]) -> dict[int, NDArray[np.float64]]:
    """Return by category the shrunk rate of each level; the last entry is that of rows without a level.

    Notes
    -----
    ``(Σ y + a·r) / (n + a)`` with r the rate of all rows and ``a = r(1 − r)/τ²``. τ² is the variance between
    levels beyond chance, by the method of moments. Where levels do not differ, each has the rate of all.

    Examples
    --------
    >>> from lealtad.learning.learners.examples import Examples
    >>> plan = np.repeat([0.0, 1.0, np.nan], 100)
    >>> learned = learn_statistics(Examples(plan[:, None], (plan == 1).astype(float)), [0])
    >>> learned[0].round(2).tolist()
    [0.0, 0.99, 0.0]
    """
    happened, weight = examples.happened, _read_weight(examples)
    return {
        position: _learn_column(_read_codes(examples.values[:, position]), happened, weight)
        for position in positions
    }


def order_statistics(
    examples: Examples, learned: dict[int, NDArray[np.float64]], *, seed: int
) -> dict[int, NDArray[np.float64]]:
    """Return by category the rate of each row's level among the rows before it, in a random order.

    So no row uses its own outcome, and training rows are distributed like rows to be scored.

    References
    ----------
    Prokhorenkova et al. (2018), CatBoost: unbiased boosting with categorical features. NeurIPS.
    """
    place = np.random.default_rng(seed).permutation(len(examples.happened))
    weight = _read_weight(examples)
    rate = float(np.average(examples.happened, weights=weight))
    ordered = {}
    for position in learned:
        codes = _read_codes(examples.values[:, position])
        prior = _find_prior(codes, examples.happened, weight, rate)
        rows = np.lexsort([place, codes])
        starts = np.flatnonzero(np.diff(codes[rows], prepend=-1))
        group = np.cumsum(np.diff(codes[rows], prepend=-1) != 0) - 1
        counts, sums = (_sum_before(part[rows], starts, group) for part in (weight, weight * examples.happened))
        column = np.empty(len(codes))
        column[rows] = (sums + prior * rate) / (counts + prior)
        ordered[position] = column
    return ordered


def add_statistics(
    examples: Examples, learned: Mapping[int, NDArray[np.float64]] | None = None
) -> tuple[NDArray[np.float64], Mapping[int, NDArray[np.float64]]]:
    """Return the rows with one more column per category of many levels, and the rates that later rows get.

    Parameters
    ----------
    learned
        The rates that were learned, for rows that are judged. None for rows that are learned from: they do not
        know their own outcomes.
    """
    if learned is not None:
        return append_statistics(examples.values, learned), learned
    statistics = learn_statistics(examples, find_many_levels(examples))
    if not statistics:
        return examples.values, {}
    ordered = order_statistics(examples, statistics, seed=len(examples.happened))
    return np.column_stack([drop_levels(examples.values, statistics), *ordered.values()]), statistics


def replace_levels(examples: Examples, *, above: int) -> tuple[Examples, dict[int, NDArray[np.float64]]]:
    """Return the rows with the log-odds of a level in its place, for categories of more than `above` levels.

    Rows do not know their own outcomes. Beside the rows, by the position of the category, stand the log-odds of
    each level that later rows get. The last entry is that of rows without a level.

    Examples
    --------
    >>> from lealtad.learning.learners.examples import Examples
    >>> codes = np.tile(np.arange(10.0), 50)[:, None]
    >>> examples = Examples(codes, (codes[:, 0] > 7).astype(float), categorical=(0,))
    >>> numbers, rates = replace_levels(examples, above=9)
    >>> numbers.categorical, np.flatnonzero(rates[0] > 0).tolist()
    ((), [8, 9])
    """
    many = [at for at in find_many_levels(examples) if _count_levels(examples.values[:, at]) > above]
    if not many:
        return examples, {}
    learned = learn_statistics(examples, many)
    values = examples.values.copy()
    for at, column in order_statistics(examples, learned, seed=len(examples.happened)).items():
        values[:, at] = _to_log_odds(column)
    categorical = tuple(at for at in examples.categorical if at not in learned)
    return (
        replace(examples, values=values, categorical=categorical),
        {at: _to_log_odds(rates) for at, rates in learned.items()},
    )


def _to_log_odds(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.clip(rates, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(share) - np.log1p(-share))


def _sum_before(
    values: NDArray[np.float64], starts: NDArray[np.int_], group: NDArray[np.int_]
) -> NDArray[np.float64]:
    """Return the sum of the earlier values of the same group."""
    before = np.cumsum(values) - values
    return np.asarray(before - before[starts][group])


def _learn_column(
    codes: NDArray[np.int_], happened: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    rate = float(np.average(happened, weights=weight))
    prior = _find_prior(codes, happened, weight, rate)
    counts, sums = np.bincount(codes, weights=weight), np.bincount(codes, weights=weight * happened)
    # rows without a level are coded 0
    return np.roll((sums + prior * rate) / (counts + prior), -1)


def _find_prior(
    codes: NDArray[np.int_], happened: NDArray[np.float64], weight: NDArray[np.float64], rate: float
) -> float:
    counts = np.bincount(codes, weights=weight)
    sums = np.bincount(codes, weights=weight * happened)
    present = counts > 0
    counts, mean, chance = counts[present], sums[present] / counts[present], max(rate * (1 - rate), 1e-6)
    beyond = float((counts * (mean - rate) ** 2).sum()) - (len(counts) - 1) * chance
    spread = beyond / max(counts.sum() - float((counts**2).sum()) / counts.sum(), 1.0)
    return float(np.clip(chance / spread, _LEAST, _MOST)) if spread > 0 else _MOST


def _read_codes(column: NDArray[np.float64]) -> NDArray[np.int_]:
    """Return codes from 1 on; 0 for rows without a level."""
    return np.where(np.isnan(column), 0, np.nan_to_num(column) + 1).astype(int)


def _count_levels(column: NDArray[np.float64]) -> int:
    return len(np.unique(column[~np.isnan(column)]))


def _read_weight(examples: Examples) -> NDArray[np.float64]:
    return np.ones(len(examples.happened)) if examples.weight is None else examples.weight
