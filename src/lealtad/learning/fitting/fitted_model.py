"""A complete fit: the model to serve, and out-of-fold predictions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.estimators.band import ConfidenceBand, JudgedRows
from lealtad.learning.fitting.date_levels import estimate_date_levels
from lealtad.learning.fitting.members import (
    Recipe,
    describe_members,
    fit_members,
    grow_members,
    search_members,
)
from lealtad.learning.fitting.one_thread import use_one_thread
from lealtad.learning.fitting.out_of_fold import calibrate
from lealtad.learning.fitting.splitting import sample_customers
from lealtad.learning.learners import DEFAULT, check_examples, list_parts
from lealtad.learning.search import estimate_typical_level, follows_trend

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.estimators import Calibration
    from lealtad.learning.fitting.plan import FitPlan
    from lealtad.learning.learners import AnyLearner, Examples, Scorer
    from lealtad.learning.search import Fold, TunedSettings


@dataclass(frozen=True)
class FittedModel:
    """A calibrated model, and out-of-fold predictions by comparable fits.

    Attributes
    ----------
    text
        The model as its learner writes it, fitted on every row.
    calibration
        From its log-odds to probabilities.
    band
        The intervals of the probabilities.
    probability
        Out-of-fold probability of each row; NaN if no fold judges it.
    tuned
        The settings.
    members
        The fits that the model is the mean of.
    errors
        Brier score of each kind of calibration on rows it has not learned from.
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
    members: tuple[Recipe, ...]
    errors: dict[str, float]
    rows: int
    learner: AnyLearner = DEFAULT

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


@use_one_thread
def fit(  # noqa: PLR0913 - the rows, whose and when they are, and how to learn from them
    examples: Examples,
    folds: list[Fold],
    customers: NDArray[Any],
    *,
    time: NDArray[np.float64] | None,
    plan: FitPlan,
    say: Callable[[str], None] = lambda _: None,
    repeats: int = 200,
) -> FittedModel:
    """Search settings on the folds, calibrate out-of-fold predictions, and fit every row.

    Parameters
    ----------
    examples
        Without a level; that of each row's season is added if there is a time.
    folds
        See `split_rows`.
    customers
        The customer of each row.
    time
        Time of each row, in days; None if rows have no order.
    say
        Called with a line of text before each long step.
    repeats
        Draws of customers and dates for the interval of a probability.

    Raises
    ------
    SettingsError
        If the plan's learner cannot take the directions, missing values, weights or categories of the examples.

    Notes
    -----
    Above `plan.most_rows` rows, settings, calibration and band are learned on a sample of whole customers. The
    model then learns from every row, for as many rounds as the last fold of all rows gains from.

    The model is the mean of several fits. No row takes part in a choice that it judges. Its fits and their
    calibration were chosen on other folds, or on earlier ones if there is a time.
    """
    for learner in list_parts(plan.learner):
        check_examples(learner, examples)
    whole = (
        examples if time is None else replace(examples, level=estimate_date_levels(examples, time, seed=plan.seed))
    )
    rows, parts = sample_customers(customers, folds, most=plan.most_rows, seed=plan.seed)
    part = whole if len(rows) == len(customers) else whole.select_rows(rows)
    say(f"settings and calibration from {len(rows):,} of {len(customers):,} rows, {len(parts)} folds")
    judged = search_members(part, parts, plan, in_time=time is not None, say=say)
    say("predict held-out rows, and calibrate")
    moments = None if time is None else time[rows]
    levels = _expect_levels(part, moments, parts)
    calibration, errors, own = calibrate(judged.margin, part, parts, levels, judged.by_fold)
    collected = _collect_rows(judged.margin, part, parts, customers[rows], moments)
    band = ConfidenceBand.learn(calibration, collected, seed=plan.seed, repeats=repeats)
    probability = np.full(len(customers), np.nan)
    probability[rows] = own
    members, tuned = judged.members, judged.tuned
    if part is not whole and plan.settings is None:
        members = grow_members(members, whole, folds[-1], plan.seed)
    say(f"fit {len(customers):,} rows: the mean of {describe_members(members, plan.seeds)}")
    usual = 0.0
    if time is not None and whole.level is not None:
        usual = estimate_typical_level(time, whole.level, recent=_follows_trend(part, moments, parts))
    kind, text = fit_members(members, whole, level=usual, seed=plan.seed, seeds=plan.seeds)
    return FittedModel(text, calibration, band, probability, tuned, tuple(members), errors, len(rows), kind)


def _follows_trend(part: Examples, time: NDArray[np.float64] | None, folds: Sequence[Fold]) -> bool:
    """Return whether the levels of the folds follow a trend, so that the last ones predict the next."""
    if time is None or part.level is None:
        return False
    return follows_trend(time, part.level, [(fold.learned, fold.judged) for fold in folds])


def _expect_levels(
    part: Examples, time: NDArray[np.float64] | None, folds: Sequence[Fold]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return per row the level of its season, and the level expected from the rows before its fold."""
    if time is None or part.level is None:
        return None
    expected = np.zeros(len(part.level))
    for number, fold in enumerate(folds):
        recent = _follows_trend(part, time, folds[:number])
        expected[fold.judged] = estimate_typical_level(time[fold.learned], part.level[fold.learned], recent=recent)
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
