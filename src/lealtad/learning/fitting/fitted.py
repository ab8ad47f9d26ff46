"""One fit of everything: what is served, and what it told rows that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.estimators.band import ConfidenceBand, JudgedRows
from lealtad.learning.fitting.out_of_fold import calibrate, fit_seeds, predict_out_of_fold
from lealtad.learning.fitting.parting import sample_customers
from lealtad.learning.search import estimate_season_levels, estimate_typical_level, tune

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.estimators import Calibration
    from lealtad.learning.fitting.plan import FitPlan
    from lealtad.learning.search import BinnedFold, Examples, Fold, TunedSettings


@dataclass(frozen=True)
class FittedModel:
    """A calibrated model, and what fits like it told rows that they had not seen.

    Attributes
    ----------
    trees
        LightGBM's text, of every row.
    calibration
        From its log-odds to probabilities.
    band
        How sure those probabilities are.
    probability
        Of each row, by fits that had not seen it; NaN where none judges it.
    tuned
        The settings.
    errors
        Brier score of each kind of calibration on rows it had not learned from.
    rows
        How many rows settings, calibration and band were learned on.
    """

    trees: str
    calibration: Calibration
    band: ConfidenceBand
    probability: NDArray[np.float64]
    tuned: TunedSettings
    errors: dict[str, float]
    rows: int

    def log_odds(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what the trees say of rows with the columns they learned from."""
        from lightgbm import Booster

        return np.asarray(Booster(model_str=self.trees).predict(values, raw_score=True))

    def predict(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the calibrated probability of each row."""
        return self.calibration.predict(self.log_odds(values))


def fit(  # noqa: PLR0913 - the rows, whose and when they are, and how to learn from them
    examples: Examples,
    folds: list[Fold],
    customers: NDArray[Any],
    *,
    time: NDArray[np.float64] | None,
    plan: FitPlan,
    say: Callable[[str], None] = lambda _: None,
) -> FittedModel:
    """Search settings on the folds, calibrate what the folds were told, and fit every row.

    Parameters
    ----------
    examples
        Without a level: that of each row's season is added where there is time.
    folds
        See `parted`.
    customers
        Whose row it is.
    time
        When each row is from, in days; None where rows have no order.
    say
        Is given a line of text now and then.

    Notes
    -----
    Above `plan.most_rows` rows, settings, calibration and band are learned on a sample of whole customers. The
    model then learns from every row, for as many rounds as the last fold of all rows gains from.
    """
    level = None if time is None else estimate_season_levels(time, examples.happened, examples.weight)
    whole = replace(examples, level=level)
    rows, parts = sample_customers(customers, folds, most=plan.most_rows, seed=plan.seed)
    part = whole if len(rows) == len(customers) else whole.only(rows)
    say(f"settings and calibration from {len(rows):,} of {len(customers):,} rows, {len(parts)} folds")
    binned = [part.bin_fold(fold) for fold in parts]
    tuned = plan.settings or tune(part, binned, budget=plan.budget, seed=plan.seed, storage=plan.storage, say=say)
    say("predict rows that were not learned from, and calibrate")
    raw = predict_out_of_fold(
        part, [(one.fold, one.learned) for one in binned], tuned, seed=plan.seed, seeds=plan.seeds
    )
    moments = None if time is None else time[rows]
    levels = (
        None
        if moments is None or part.level is None
        else (part.level, _forecast_levels(moments, part.level, parts))
    )
    calibration, errors, told = calibrate(raw, part, parts, levels)
    band = ConfidenceBand.learn(
        calibration, _collect_rows(raw, part, parts, customers[rows], moments), seed=plan.seed
    )
    probability = np.full(len(customers), np.nan)
    probability[rows] = told
    del binned
    if part is not whole and plan.settings is None:
        tuned = replace(tuned, rounds=_choose_rounds(whole, folds[-1], tuned, plan.seed))
    say(f"fit {len(customers):,} rows {plan.seeds} times, {tuned.rounds} rounds each")
    usual = 0.0 if time is None or level is None else estimate_typical_level(time, level)
    trees = fit_seeds(whole, whole.bin_rows(), tuned, level=usual, seed=plan.seed, seeds=plan.seeds)
    return FittedModel(trees, calibration, band, probability, tuned, errors, len(rows))


def _choose_rounds(whole: Examples, last: Fold, tuned: TunedSettings, seed: int) -> int:
    """Return how many rounds the last fold of all rows gains from, at least those of the sample."""
    part: BinnedFold = whole.bin_fold(last)
    return max(tuned.rounds, whole.fit_until_best(part.learned, part.judged, tuned.settings, seed)[1])


def _forecast_levels(
    time: NDArray[np.float64], level: NDArray[np.float64], folds: Sequence[Fold]
) -> NDArray[np.float64]:
    """Return the level that the rows learned from let expect of each fold's rows."""
    found = np.zeros(len(level))
    for fold in folds:
        found[fold.judged] = estimate_typical_level(time[fold.learned], level[fold.learned])
    return found


def _collect_rows(
    raw: NDArray[np.float64],
    part: Examples,
    folds: Sequence[Fold],
    customers: NDArray[Any],
    time: NDArray[np.float64] | None,
) -> JudgedRows:
    rows = np.concatenate([fold.judged for fold in folds])
    level = np.zeros(len(raw)) if part.level is None else part.level
    weight = np.ones(len(raw)) if part.weight is None else part.weight
    dates = np.zeros(len(raw)) if time is None else time
    given = (raw + level, part.happened, customers, dates, level, weight)
    return JudgedRows(*(values[rows] for values in given))
