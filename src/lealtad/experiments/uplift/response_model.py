"""Outcome models for uplift estimators: a penalised logit, or any `Learner`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
from scipy.special import expit

from lealtad.learning.estimators.baseline_models import make_table_baselines
from lealtad.learning.learners.examples import Examples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.learners.learner import Learner, Scorer

    Floats = NDArray[np.float64]

_ROUNDS = 100


class ResponseModel(Protocol):
    """A model of an outcome of 0 and 1 on a matrix."""

    def fit(self, X: Floats, y: Floats) -> Self:
        """Learn from rows."""
        ...

    def predict(self, X: Floats) -> Floats:
        """Return the probability of the outcome, one per row."""
        ...


MakeModel = "Callable[[], ResponseModel]"


class LogitModel:
    """A logistic regression with a ridge penalty, on standardised logarithms and one column per category.

    Parameters
    ----------
    categorical
        Positions of columns that hold codes of categories.

    Examples
    --------
    >>> X = np.arange(40.0)[:, None]
    >>> model = LogitModel().fit(X, (X[:, 0] > 20).astype(float))
    >>> bool(model.predict(X)[0] < 0.5 < model.predict(X)[-1])
    True
    """

    def __init__(self, categorical: Sequence[int] = ()) -> None:
        self.categorical = tuple(categorical)

    def fit(self, X: Floats, y: Floats) -> Self:
        """Learn from rows; an outcome that is the same in all rows is predicted as it was."""
        self.constant = float(y.mean()) if len(np.unique(y)) < 2 else None  # noqa: PLR2004 - two outcomes
        if self.constant is None:
            columns = [str(number) for number in range(X.shape[1])]
            self.pipeline: Any = make_table_baselines(columns, self.categorical)["logistic"]
            self.pipeline.fit(X, y)
            p = self.predict(X)
            design = self._build_design(X)
            penalty = np.full(design.shape[1], 1 / self.pipeline[-1].C)
            penalty[0] = 0.0  # the level is not penalised
            information = (design * (p * (1 - p))[:, None]).T @ design + np.diag(penalty)
            self.covariance = np.linalg.pinv(information)
        return self

    def predict(self, X: Floats) -> Floats:
        """Return the probability of the outcome, one per row."""
        if self.constant is not None:
            return np.full(len(X), self.constant)
        return np.asarray(self.pipeline.predict_proba(X)[:, 1])

    def compute_error(self, X: Floats) -> Floats:
        """Return the standard error of each probability, by the normal approximation of the penalised fit."""
        if self.constant is not None:
            return np.zeros(len(X))
        design, p = self._build_design(X), self.predict(X)
        return np.asarray(p * (1 - p) * np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design)))

    def _build_design(self, X: Floats) -> Floats:
        columns = self.pipeline[:-1].transform(X)
        dense = columns.toarray() if hasattr(columns, "toarray") else columns
        return np.column_stack([np.ones(len(X)), np.asarray(dense, dtype=np.float64)])


class LearnerModel:
    """Any `Learner` as a model of an outcome.

    Parameters
    ----------
    learner
        Such as `LightGBM()`.
    categorical
        Positions of columns that hold codes of categories.
    settings
        The learner's own settings; None takes those with which its search begins.
    rounds, seed
        Rounds of boosting, if it has any, and the seed.
    """

    def __init__(
        self,
        learner: Learner,
        categorical: Sequence[int] = (),
        settings: Mapping[str, Any] | None = None,
        rounds: int = _ROUNDS,
        seed: int = 1,
    ) -> None:
        self.learner, self.categorical = learner, tuple(categorical)
        self.settings = dict(learner.first_settings[0] if settings is None else settings)
        self.rounds, self.seed = rounds, seed

    def fit(self, X: Floats, y: Floats) -> Self:
        """Learn from rows."""
        categorical = self.categorical if self.learner.takes_categories else ()
        examples = Examples(X, y, categorical)
        text = self.learner.fit(examples, self.learner.prepare(examples), self.settings, self.rounds, self.seed)
        self.scorer: Scorer = self.learner.load(text)
        return self

    def predict(self, X: Floats) -> Floats:
        """Return the probability of the outcome, one per row."""
        return np.asarray(expit(self.scorer.predict_margin(X)))
