"""The level of each date, separated from the traits of its customers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.learners import Logistic
from lealtad.learning.search import estimate_season_levels, number_seasons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.learners import Examples

_MATTERS = 0.15  # log-odds; levels with a smaller spread are not corrected
_EXPLAINED = 0.5  # largest remaining share of the spread if traits explain the levels
_ENOUGH, _SAMPLES = 30_000, 4  # rows of a regression that says what traits add, and how many are averaged
_AT_ONCE, _STEPS, _LARGEST_STEP = 50_000, 25, 1.0
_SETTINGS = {"strength": 0.03, "knots": 4, "pairs": 0}


def estimate_date_levels(examples: Examples, time: NDArray[np.float64], *, seed: int) -> NDArray[np.float64]:
    """Return the log-odds of each row's date, which models take as given while they learn who churns within it.

    Usually it is the log-odds of the date's rate, so that no calendar effect is taken for a trait. But if the
    customers change between dates, their traits explain how many churn. The same holds for customers who joined in
    one campaign and age together. If traits explain most of the movement, the level is what remains.

    Parameters
    ----------
    examples
        Rows without a level.
    time
        Time of each row, in days.
    seed
        Seed of the sample that shows what traits add.

    Notes
    -----
    One logistic regression on all columns and the date, so that effects of traits are those within dates. The
    level of a date is what its rate needs beyond them. It replaces the rate's log-odds if the spread of levels
    falls below a half. Spreads of less than .15 beyond chance are not changed. There is little to explain in them,
    and the regression takes time.
    """
    levels = estimate_season_levels(time, examples.happened, examples.weight)
    season = number_seasons(time)
    if _measure_true_spread(levels, season, examples.weight) < _MATTERS:
        return levels
    traits = _add_traits(examples, season, seed)
    adjusted = _solve_levels(examples, season, traits)
    explains = _measure_spread(adjusted, season) < _EXPLAINED * _measure_spread(levels, season)
    return adjusted if explains else levels


def _measure_spread(levels: NDArray[np.float64], season: NDArray[np.int_]) -> float:
    """Return the standard deviation between seasons, each counted once."""
    _, first = np.unique(season, return_index=True)
    return float(levels[first].std())


def _measure_true_spread(
    levels: NDArray[np.float64], season: NDArray[np.int_], weight: NDArray[np.float64] | None
) -> float:
    """Return the standard deviation between seasons that chance does not explain."""
    _, first = np.unique(season, return_index=True)
    rate = 1 / (1 + np.exp(-levels[first]))
    known = np.bincount(season, weights=weight) * rate * (1 - rate)
    counts = known > 0  # not a date whose rows all weigh nothing
    if not counts.any():
        return 0.0
    return float(max(levels[first][counts].var() - (1 / known[counts]).mean(), 0.0) ** 0.5)


def _add_traits(examples: Examples, season: NDArray[np.int_], seed: int) -> NDArray[np.float64]:
    """Return what the columns add to the log-odds of each row, apart from its date."""
    drawn, learner = np.random.default_rng(seed).permutation(len(season)), Logistic()
    samples = [drawn[start : start + _ENOUGH] for start in range(0, len(drawn), _ENOUGH)][:_SAMPLES]
    samples = [np.sort(rows) for rows in samples if len(rows) > len(samples[0]) / 2]
    dated = [_add_date(examples.select_rows(rows), season[rows]) for rows in samples]
    scorer = learner.load(learner.average([learner.fit(some, some, _SETTINGS, 1, seed) for some in dated], 0.0))
    date = examples.values.shape[1]
    parts = []
    for start in range(0, len(season), _AT_ONCE):
        values = examples.values[start : start + _AT_ONCE]
        undated = np.column_stack([values, np.full(len(values), np.nan)])
        parts.append(scorer.explain(undated)[:, :date].sum(axis=1))
    return np.concatenate(parts)


def _add_date(examples: Examples, season: NDArray[np.int_]) -> Examples:
    """Return the rows with their season as one more category."""
    return replace(
        examples,
        values=np.column_stack([examples.values, season]),
        categorical=(*examples.categorical, examples.values.shape[1]),
        directions=(),
        columns=(),
    )


def _solve_levels(
    examples: Examples, season: NDArray[np.int_], traits: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the level at which as many leave at each date as did, given the traits; by Newton's method."""
    weight = np.ones(len(season)) if examples.weight is None else examples.weight
    rate = float(np.average(examples.happened, weights=weight))
    level = np.full(int(season.max()) + 1, np.log(rate) - np.log1p(-rate))
    for _ in range(_STEPS):
        p = 0.5 * (1 + np.tanh((traits + level[season]) / 2))
        slope = np.bincount(season, weights=weight * (examples.happened - p))
        curve = np.bincount(season, weights=weight * p * (1 - p))
        level += np.clip(slope / np.maximum(curve, 1e-9), -_LARGEST_STEP, _LARGEST_STEP)
    return np.asarray(level[season])
