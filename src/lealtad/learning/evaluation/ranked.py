"""Rows grouped by distinct score, the form in which every measure is a sum, plain or resampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.evaluation.outcomes import check_outcomes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class RankedScores:
    """The weight of each outcome at each distinct score, highest score first.

    Customers with equal scores are grouped, so that no measure depends on the order of rows. A bootstrap draw is
    only another set of weights, so all draws are computed at once.

    Attributes
    ----------
    score
        The distinct scores, falling; length g.
    positives, negatives
        Weight of the rows where the outcome happened and where it did not; draws × g.
    """

    score: NDArray[np.float64]
    positives: NDArray[np.float64]
    negatives: NDArray[np.float64]

    @classmethod
    def from_scores(
        cls, y: ArrayLike, probability: ArrayLike, weights: NDArray[np.float64] | None = None
    ) -> RankedScores:
        """Group rows; `weights` is draws × rows, and None means every row once.

        Raises
        ------
        DataError
            If there is no row, the lengths differ, an outcome is neither 0 nor 1, or a probability lies outside
            0 to 1.

        Examples
        --------
        >>> rows = RankedScores.from_scores([0, 1, 1], [0.2, 0.7, 0.2])
        >>> rows.score.tolist(), rows.positives.tolist(), rows.negatives.tolist()
        ([0.7, 0.2], [[1.0, 1.0]], [[0.0, 1.0]])
        """
        happened, score = check_outcomes(y, probability)
        order = np.argsort(-score, kind="stable")
        starts = np.flatnonzero(np.diff(score[order], prepend=np.inf))
        weighted = np.ones((1, len(score))) if weights is None else weights
        sorted_weights = weighted[:, order]
        total = np.add.reduceat(sorted_weights, starts, axis=1)
        positives = np.add.reduceat(sorted_weights * happened[order], starts, axis=1)
        return cls(score[order][starts], positives, total - positives)

    @property
    def weight(self) -> NDArray[np.float64]:
        """The weight at each score; draws × g."""
        return self.positives + self.negatives

    @property
    def total(self) -> NDArray[np.float64]:
        """The weight of all rows, per draw."""
        return np.asarray(self.weight.sum(axis=1))

    @property
    def outcome_rate(self) -> NDArray[np.float64]:
        """The rate of the outcome, per draw."""
        return np.asarray(self.positives.sum(axis=1) / self.total)

    def mean(self, if_happened: NDArray[np.float64], if_not: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean over rows of a quantity that depends on score and outcome, per draw."""
        return np.asarray((self.positives @ if_happened + self.negatives @ if_not) / self.total)

    def up_to(self, amounts: NDArray[np.float64], shares: ArrayLike) -> NDArray[np.float64]:
        """Return cumulative amounts in the top `shares` of the rows, ties by expectation; draws × shares.

        Parameters
        ----------
        amounts
            Amounts at each score; draws × g.
        """
        wanted = np.atleast_1d(np.asarray(shares, dtype=np.float64))
        gathered_at = np.empty((len(amounts), len(wanted)))
        for draw, (weight, amount) in enumerate(zip(self.weight, amounts, strict=True)):
            reached = np.concatenate([[0.0], np.cumsum(weight)])
            gathered = np.concatenate([[0.0], np.cumsum(amount)])
            gathered_at[draw] = np.interp(wanted * reached[-1], reached, gathered)
        return gathered_at
