"""Time to an event by discrete hazard: LightGBM says who leaves in which step, among those still there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from lealtad.learning.learners import make_classifier
from lealtad.learning.survival.curves import Curves
from lealtad.learning.survival.durations import Durations, list_periods

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.survival.durations import Periods

_PREDICTED = 100_000  # rows at a time
_LEAST_LEFT = 25  # below it a line through log-odds says nothing
_EARLY = 2 / 3  # of the dates are learned from before the others calibrate


class DiscreteHazard(BaseEstimator):  # type: ignore[misc]
    """Learn the probability of leaving in each step of time from features and the number of the step.

    Parameters
    ----------
    booster
        A `lightgbm.LGBMClassifier`; it is cloned. None: one with moderate trees.
    step_days, steps
        Length and number of the steps; nothing is learned or said of what lies beyond their product.
    most_rows
        Most steps at risk to learn from, which bounds memory: all churned customers and a random part of the
        others, each of whom stands for several.
    random_state
        Of the random part.

    Attributes
    ----------
    booster_
        Fitted on every row.
    slope_, intercept_
        The line on its log-odds that later dates ask for.

    Notes
    -----
    Of a row seen for `d` days there is one entry per step begun by then, 1 where the customer left in it. The
    probability of staying is the product of one less each hazard. To be calibrated, a booster that knows only
    what had happened by a date two thirds of the way is held against what came after it; its line is put on the
    booster of all rows.

    References
    ----------
    Tutz, Schmid (2016), Modeling discrete time-to-event data. Springer.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> restless = rng.integers(0, 2, 4000)
    >>> stays = rng.exponential(np.where(restless, 50, 400))
    >>> seen = Durations(np.minimum(stays, 120.0), stays < 120)
    >>> trees = make_classifier(n_estimators=20, num_leaves=4)
    >>> model = DiscreteHazard(trees, step_days=20, steps=6).fit(restless[:, None], seen)
    >>> steady, left = model.predict_curves([[0], [1]]).median_days()
    >>> bool(np.isnan(steady)), bool(25 < left < 45)
    (True, True)
    """

    def __init__(
        self,
        booster: Any = None,
        step_days: float = 28.0,
        steps: int = 13,
        most_rows: int = 500_000,
        random_state: int = 0,
    ) -> None:
        self.booster = booster
        self.step_days = step_days
        self.steps = steps
        self.most_rows = most_rows
        self.random_state = random_state

    def fit(self, X: ArrayLike, durations: Durations, as_of: ArrayLike | None = None) -> DiscreteHazard:
        """Fit to rows and how long each was seen.

        Parameters
        ----------
        X
            Features, NaN for null.
        durations
            One per row of X.
        as_of
            The date of each row; None, or a single date, leaves the log-odds as they are.

        Raises
        ------
        ValueError
            If nobody left, or nobody was seen staying, in the steps.
        """
        rows = self._check(X, reset=True)
        check_consistent_length(rows, durations.days, durations.churned)
        self.slope_, self.intercept_ = 1.0, 0.0
        if as_of is not None:
            self.slope_, self.intercept_ = self._line(rows, durations, np.asarray(as_of, dtype="datetime64[us]"))
        self.booster_ = self._fit_booster(rows, durations)
        return self

    def predict_curves(self, X: ArrayLike) -> Curves:
        """Return each row's survival curve, given that the customer is alive now."""
        check_is_fitted(self)
        rows = self._check(X, reset=False)
        hazard = np.empty((len(rows), self.steps))
        for start in range(0, len(rows), _PREDICTED):
            block = rows[start : start + _PREDICTED]
            each = np.arange(len(block))
            for step in range(self.steps):
                raw = self.booster_.predict(_append_step(block, each, np.full(len(block), step)), raw_score=True)
                hazard[start : start + len(block), step] = expit(self.slope_ * raw + self.intercept_)
        return Curves.of_hazards(hazard, self.step_days)

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Return the median days to leaving; NaN where they lie beyond the last step."""
        return self.predict_curves(X).median_days()

    def _check(self, X: ArrayLike, *, reset: bool) -> NDArray[np.float32]:
        checked: NDArray[np.float32] = validate_data(
            self, X, dtype=np.float32, ensure_all_finite="allow-nan", reset=reset
        )
        return checked

    def _fit_booster(self, X: NDArray[np.float32], durations: Durations) -> Any:
        at_risk = self._list_periods(durations)
        if at_risk.churned.all() or not at_risk.churned.any():
            kind = "nobody left" if not at_risk.churned.any() else "nobody stayed"
            raise ValueError(f"expected customers who left and who stayed in {self.steps} steps, found {kind}")
        return self._new_booster().fit(
            _append_step(X, at_risk.row, at_risk.step), at_risk.churned, sample_weight=at_risk.weight
        )

    def _list_periods(self, durations: Durations) -> Periods:
        at_risk = list_periods(durations, self.step_days, self.steps)
        return at_risk.thin(self.most_rows, np.random.default_rng(self.random_state))

    def _new_booster(self) -> Any:
        if self.booster is not None:
            return clone(self.booster)
        return make_classifier(
            n_estimators=200,
            learning_rate=0.05,
            num_leaves=8,
            min_child_samples=200,
            colsample_bytree=0.3,
            reg_lambda=10.0,
            random_state=self.random_state,
        )

    def _line(
        self, X: NDArray[np.float32], durations: Durations, as_of: NDArray[np.datetime64]
    ) -> tuple[float, float]:
        dates = np.unique(as_of)
        cut = dates[int(len(dates) * _EARLY)]
        early = as_of < cut
        then = durations.at(early).until((cut - as_of[early]) / np.timedelta64(1, "D"))
        judged = self._list_periods(durations.at(~early))
        if min(self._list_periods(then).churned.sum(), judged.churned.sum()) < _LEAST_LEFT:
            return 1.0, 0.0
        booster = self._fit_booster(X[early], then)
        raw = booster.predict(_append_step(X[~early], judged.row, judged.step), raw_score=True)
        line = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
        line.fit(raw.reshape(-1, 1), judged.churned, sample_weight=judged.weight)
        return float(line.coef_[0, 0]), float(line.intercept_[0])


def _append_step(X: NDArray[np.float32], row: NDArray[np.int64], step: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the features of some rows with the number of a step as the last column."""
    features = np.empty((len(row), X.shape[1] + 1), np.float32)
    np.take(X, row, axis=0, out=features[:, :-1])
    features[:, -1] = step
    return features
