"""One fit of everything: the model that is served, and predictions of rows that it had not seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.estimators.band import ConfidenceBand, JudgedRows
from lealtad.learning.fitting.out_of_fold import calibrate, fit_seeds, predict_out_of_fold
from lealtad.learning.fitting.splitting import sample_customers
from lealtad.learning.learners import DEFAULT, check_examples
from lealtad.learning.search import estimate_season_levels, estimate_typical_level, prepare_fold, tune

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.estimators import Calibration
    from lealtad.learning.fitting.plan import FitPlan
    from lealtad.learning.learners import Examples, Learner, Scorer
    from lealtad.learning.search import Fold, TunedSettings


@dataclass(frozen=True)
class FittedModel:
    """A calibrated model, and out-of-fold predictions by fits like it.

    Attributes
    ----------
    text
        The model as its learner writes it, fitted on every row.
    calibration
        From its log-odds to probabilities.
    band
        How sure those probabilities are.
    probability
        One per row, by fits that had not seen it; NaN where none judges it.
    tuned
        The settings.
    errors
        Brier score of each kind of calibration on rows it had not learned from.
    rows
        How many rows settings, calibration and band were learned on.
    learner
        The kind of model.
    """

    text: str
    calibration: Calibration
    band: ConfidenceBand
    probability: NDArray[np.float64]
    tuned: TunedSettings
    errors: dict[str, float]
    rows: int
    learner: Learner = DEFAULT

    @cached_property
    def scorer(self) -> Scorer:
        """The model, ready to score."""
        return self.learner.load(self.text)

    def log_odds(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the uncalibrated log-odds of rows with the columns that were learned from."""
        return self.scorer.predict_margin(values)

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
    """Search settings on the folds, calibrate out-of-fold predictions, and fit every row.

    Parameters
    ----------
    examples
        Without a level: that of each row's season is added where there is time.
    folds
        See `split_rows`.
    customers
        Whose row it is.
    time
        When each row is from, in days; None where rows have no order.
    say
        Receives a line of text before each long step.

    Raises
    ------
    SettingsError
        If the plan's learner cannot take the directions, missing values, weights or categories of the examples.

    Notes
    -----
    Above `plan.most_rows` rows, settings, calibration and band are learned on a sample of whole customers. The
    model then learns from every row, for as many rounds as the last fold of all rows gains from.
    """
    learner, seed = plan.learner, plan.seed
    check_examples(learner, examples)
    whole = replace(examples, level=_season_levels(learner, examples, time))
    rows, parts = sample_customers(customers, folds, most=plan.most_rows, seed=seed)
    part = whole if len(rows) == len(customers) else whole.select_rows(rows)
    say(f"settings and calibration from {len(rows):,} of {len(customers):,} rows, {len(parts)} folds")
    prepared = [prepare_fold(learner, part, fold) for fold in parts]
    tuned = plan.settings or tune(
        part, prepared, budget=plan.budget, seed=seed, learner=learner, storage=plan.storage, say=say
    )
    say("predict rows that were not learned from, and calibrate")
    learned = [(fold.fold, fold.learned) for fold in prepared]
    raw = predict_out_of_fold(learner, part, learned, tuned, seed=seed, seeds=plan.seeds)
    del prepared, learned
    moments = None if time is None else time[rows]
    calibration, errors, own = calibrate(raw, part, parts, _expect_levels(part, moments, parts))
    band = ConfidenceBand.learn(calibration, _collect_rows(raw, part, parts, customers[rows], moments), seed=seed)
    probability = np.full(len(customers), np.nan)
    probability[rows] = own
    if part is not whole and plan.settings is None:
        tuned = replace(tuned, rounds=_choose_rounds(learner, whole, folds[-1], tuned, seed))
    say(f"fit {len(customers):,} rows {plan.seeds} times, {tuned.rounds} rounds each")
    usual = 0.0 if time is None or whole.level is None else estimate_typical_level(time, whole.level)
    text = fit_seeds(learner, whole, learner.prepare(whole), tuned, level=usual, seed=seed, seeds=plan.seeds)
    return FittedModel(text, calibration, band, probability, tuned, errors, len(rows), learner)


def _season_levels(
    learner: Learner, examples: Examples, time: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """Return the level given to each row; 0 where the learner takes none and learns it with everything else."""
    if time is None:
        return None
    if not learner.takes_levels:
        return np.zeros(len(time))
    return estimate_season_levels(time, examples.happened, examples.weight)


def _choose_rounds(learner: Learner, whole: Examples, last: Fold, tuned: TunedSettings, seed: int) -> int:
    """Return how many rounds the last fold of all rows gains from, at least those of the sample."""
    fold = prepare_fold(learner, whole, last)
    return max(tuned.rounds, learner.fit_until_best(whole, fold.learned, fold.judged, tuned.settings, seed)[1])


def _expect_levels(
    part: Examples, time: NDArray[np.float64] | None, folds: Sequence[Fold]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return per row the level of its season, and the level that the rows before its fold let expect."""
    if time is None or part.level is None:
        return None
    expected = np.zeros(len(part.level))
    for fold in folds:
        expected[fold.judged] = estimate_typical_level(time[fold.learned], part.level[fold.learned])
    return part.level, expected


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
    columns = (raw + level, part.happened, customers, dates, level, weight)
    return JudgedRows(*(values[rows] for values in columns))
