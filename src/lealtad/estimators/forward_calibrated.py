"""LightGBM that learns from all dates, calibrated on dates later than those it learned from."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted, validate_data

from lealtad.estimators.binary import BinaryClassifier
from lealtad.estimators.choosing import choose_calibration
from lealtad.estimators.uncalibrated import Uncalibrated
from lealtad.timeline import forward_folds

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lealtad.estimators.calibration import Calibration


class ForwardCalibratedClassifier(BinaryClassifier):
    """Fit a LightGBM classifier on every row, and calibrate it as it would have stood in the past.

    Parameters
    ----------
    booster
        A `lightgbm.LGBMClassifier`; it is cloned.
    folds
        Number of forward folds.
    outcome_days
        Days from a date until its outcome is known: what a fold leaves out before the dates it judges.

    Attributes
    ----------
    booster_
        The classifier fitted on every row.
    calibration_
        The map from its log-odds to probabilities.

    Notes
    -----
    Each fold learns from early dates and scores later ones, with an embargo between. The scores of all folds
    together are what models of this kind say about a future they have not seen; the calibration that suits them
    is put on the model that then learns from all dates, so that the newest rows are not spent on calibration.
    It is chosen by Brier score: each kind learns from earlier folds and is judged on the next. Where the later
    rows hold one outcome alone there is nothing to learn it from, and the log-odds are taken at their word.

    Examples
    --------
    >>> import lightgbm
    >>> rng = np.random.default_rng(1)
    >>> dates = np.repeat(np.datetime64("2026-01-05") + 7 * np.arange(12), 100)
    >>> X = rng.normal(size=(1200, 2))
    >>> y = rng.random(1200) < 1 / (1 + np.exp(-2 * X[:, 0]))
    >>> trees = lightgbm.LGBMClassifier(n_estimators=20, num_leaves=4, verbose=-1)
    >>> model = ForwardCalibratedClassifier(trees, outcome_days=14).fit(X, y, as_of=dates)
    >>> abs(float(model.predict_proba(X)[:, 1].mean() - y.mean())) < 0.05
    True
    """

    def __init__(self, booster: Any = None, folds: int = 3, outcome_days: int = 0) -> None:
        self.booster = booster
        self.folds = folds
        self.outcome_days = outcome_days

    def fit(self, X: ArrayLike, y: ArrayLike, as_of: ArrayLike | None = None) -> ForwardCalibratedClassifier:
        """Fit to rows at `as_of` dates; None takes the rows to be in order of time, one a day."""
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan", ensure_min_samples=2)
        happened = self._happened(y)
        given = np.arange(len(happened)) * np.timedelta64(1, "D") if as_of is None else np.asarray(as_of)
        dates = pd.DatetimeIndex(np.datetime64("1970-01-01") + given if as_of is None else given)
        self.calibration_ = self._calibration(X, happened, dates)
        self.booster_ = self._fresh().fit(X, happened)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the calibrated probability of each outcome."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan")
        probability = self.calibration_.predict(self.booster_.predict(X, raw_score=True))
        return np.column_stack([1 - probability, probability])

    def _fresh(self) -> Any:
        if self.booster is not None:
            return clone(self.booster)
        from lightgbm import LGBMClassifier

        return LGBMClassifier(verbose=-1)

    def _calibration(self, X: Any, happened: NDArray[np.bool_], dates: pd.DatetimeIndex) -> Calibration:
        raw, truth = [], []
        for learned, judged in forward_folds(
            tuple(dates.unique().sort_values()), timedelta(days=self.outcome_days), self.folds
        ):
            past, later = dates.isin(learned), dates.isin(judged)
            if len(np.unique(happened[past])) == 2:  # noqa: PLR2004 - two outcomes
                raw.append(self._fresh().fit(X[past], happened[past]).predict(X[later], raw_score=True))
                truth.append(happened[later])
        if not truth:
            return Uncalibrated.from_text({})
        ends = np.cumsum([len(part) for part in truth])
        rows = np.arange(ends[-1])
        later_folds = [(rows[:start], rows[start:end]) for start, end in pairwise(ends)]
        return choose_calibration(np.concatenate(raw), np.concatenate(truth), later_folds)[0]
