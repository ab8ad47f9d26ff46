"""The base of all calibrations: log-odds in, probabilities out, and serialisation as text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_consistent_length, check_is_fitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


class Calibration(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A map from raw scores (log-odds) to probabilities, learned on rows that the scores were not learned from.

    A subclass defines how it learns (`_learn`) and maps (`_map`), and which numbers it keeps (`learned`). These
    numbers are its whole state, so that it can be written as JSON and read back.
    """

    kind: ClassVar[str]
    learned: ClassVar[tuple[str, ...]] = ()

    def fit(self, raw: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Learn from raw scores and outcomes (0 or 1), one per row, each counted by its weight.

        Raises
        ------
        ValueError
            If only one outcome occurs, or a score is not finite.
        """
        scores, happened = _flat(raw), _flat(y)
        check_consistent_length(scores, happened)
        if not np.isfinite(scores).all() or not {0.0, 1.0} == set(np.unique(happened)):
            raise ValueError("expected finite scores and outcomes of both kinds, 0 and 1")
        weight = np.ones(len(scores)) if sample_weight is None else _flat(sample_weight)
        self._learn(scores, happened, weight)
        self.n_features_in_ = 1
        return self

    def predict(self, raw: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of each row."""
        check_is_fitted(self)
        return np.asarray(self._map(_flat(raw)))

    def to_text(self) -> dict[str, Any]:
        """Return the kind and the learned numbers as JSON types."""
        check_is_fitted(self)
        numbers = {name: getattr(self, f"{name}_") for name in self.learned}
        return {"kind": self.kind, **{name: np.asarray(value).tolist() for name, value in numbers.items()}}

    @classmethod
    def from_text(cls, stored: Mapping[str, Any]) -> Self:
        """Read the fitted calibration that `to_text` returned."""
        calibration = cls()
        for name in cls.learned:
            value = stored[name]
            setattr(calibration, f"{name}_", np.asarray(value) if isinstance(value, list) else value)
        calibration.n_features_in_ = 1
        return calibration

    def __sklearn_is_fitted__(self) -> bool:
        """Return whether it is fitted."""
        return hasattr(self, "n_features_in_")

    def _learn(self, raw: NDArray[np.float64], happened: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
        raise NotImplementedError

    def _map(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        raise NotImplementedError


def _flat(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64).ravel()
