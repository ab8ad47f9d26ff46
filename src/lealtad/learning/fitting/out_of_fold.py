"""Predictions of rows by fits that had not seen them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from lealtad.learning.estimators import choose_calibration
from lealtad.learning.estimators.uncalibrated import NoCalibration
from lealtad.learning.fitting.one_thread import use_one_thread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.learning.estimators import Calibration
    from lealtad.learning.learners import Examples
    from lealtad.learning.search import Fold

_ENOUGH = 50_000  # rows from which a baseline learns as well as from more


def calibrate(
    raw: NDArray[np.float64],
    examples: Examples,
    folds: Sequence[Fold],
    levels: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    honest: Sequence[NDArray[np.float64]] | None = None,
) -> tuple[Calibration, dict[str, float], NDArray[np.float64]]:
    """Return the calibration of all judged rows, the Brier score of each kind, and each row's probability.

    A row's own probability comes from a calibration of the kind that was learned on other folds. If there is time,
    these are the earlier ones (the first is taken as it is), else all others.

    Parameters
    ----------
    levels
        Where there is time: per row the level of its season, and the level that could be expected before. The
        calibration is learned given the first, since one odd season would bend it for all others; the probability
        of a row uses the second.
    honest
        By fold the log-odds of all rows by a choice that had not seen the fold; None if nothing was chosen.
    """
    judged = np.concatenate([fold.judged for fold in folds])
    season, expected = (np.zeros(len(raw)), np.zeros(len(raw))) if levels is None else levels
    in_season, truth = (raw + season)[judged], examples.happened[judged]
    weight = np.ones(len(judged)) if examples.weight is None else examples.weight[judged]
    splits = _calibration_splits(folds, in_time=levels is not None)
    calibration, errors = choose_calibration(in_season, truth, splits, weight)
    judged_probability = np.zeros(len(judged))
    own = [raw] * len(folds) if honest is None else honest
    number = np.repeat(np.arange(len(folds)), [len(fold.judged) for fold in folds])
    for place, margin in enumerate(own):
        is_part = number == place
        judged_probability[is_part] = NoCalibration.from_text({}).predict((margin + expected)[judged][is_part])
    for learned, later in splits if errors else []:
        if 0 < truth[learned].sum() < len(learned):
            margin = own[number[later[0]]]
            refitted = clone(calibration).fit((margin + season)[judged][learned], truth[learned], weight[learned])
            judged_probability[later] = refitted.predict((margin + expected)[judged][later])
    probability = np.full(len(raw), np.nan)
    probability[judged] = judged_probability
    return calibration, errors, probability


def _calibration_splits(
    folds: Sequence[Fold], *, in_time: bool
) -> list[tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Return for each fold the places of the other (or earlier) judged rows, and of its own, among all judged."""
    number = np.repeat(np.arange(len(folds)), [len(fold.judged) for fold in folds])
    pairs = [
        (np.flatnonzero(number < own if in_time else number != own), np.flatnonzero(number == own))
        for own in range(len(folds))
    ]
    return [pair for pair in pairs if len(pair[0])]


def predict_baseline(
    baseline: Any, examples: Examples, folds: Sequence[Fold], *, seed: int
) -> NDArray[np.float64]:
    """Return the out-of-fold probability of each row by a baseline; NaN if no fold judges it.

    Parameters
    ----------
    baseline
        An unfitted classifier; it is cloned for each fold.
    seed
        Seed of the sample: a baseline learns from 50,000 rows at most.
    """
    probability = np.full(len(examples.happened), np.nan)
    for fold in folds:
        fitted = fit_baseline(baseline, examples, fold.learned, seed=seed)
        probability[fold.judged] = fitted.predict_proba(examples.values[fold.judged])[:, 1]
    return probability


@use_one_thread
def fit_baseline(baseline: Any, examples: Examples, rows: NDArray[np.int_], *, seed: int) -> Any:
    """Return a clone of a baseline, fitted on some rows.

    Parameters
    ----------
    rows
        Positions to learn from; of more than 50,000 a random part is taken.
    """
    few = rows if len(rows) <= _ENOUGH else np.random.default_rng(seed).choice(rows, _ENOUGH, replace=False)
    return clone(baseline).fit(examples.values[few], examples.happened[few])
