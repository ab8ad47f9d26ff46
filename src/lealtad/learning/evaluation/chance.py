"""Whether a model is better than chance: in ranking, and in its probabilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.evaluation.accuracy import log_loss
from lealtad.learning.evaluation.intervals import draw_weights, interval_of
from lealtad.learning.evaluation.outcomes import check_groups, check_outcomes
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import auc

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_FEW = 5_000  # rows up to which outcomes are also permuted
_PERMUTED = 999
_LEVEL = 0.025  # one side


@dataclass(frozen=True)
class ChanceVerdict:
    """How a model compares with chance.

    Attributes
    ----------
    auc, auc_low, auc_high
        ROC-AUC with its 95 % interval.
    gain_low, gain_high
        95 % interval of the reduction in log loss, compared with one rate for all.
    permuted
        Share of permutations of the outcomes in which the same scores rank as well. None for large tables, for
        which the interval decides.
    """

    auc: float
    auc_low: float
    auc_high: float
    gain_low: float
    gain_high: float
    permuted: float | None

    @property
    def ranks(self) -> bool:
        """Whether it ranks better than chance."""
        return self.auc_low > 0.5 and (self.permuted is None or self.permuted <= _LEVEL)  # noqa: PLR2004 - no order

    @property
    def is_better(self) -> bool:
        """Whether it ranks better than chance, and its probabilities beat one rate for all."""
        return self.ranks and self.gain_low > 0

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        summary = f"AUC {self.auc:.3f} [{self.auc_low:.3f}, {self.auc_high:.3f}]"
        if not self.ranks:
            chance = "" if self.permuted is None else f"; {self.permuted:.0%} of permuted outcomes rank as well"
            return f"not better than chance: {summary}{chance}"
        if not self.is_better:
            return f"ranks better than chance ({summary}), but its probabilities do not beat one rate for all"
        return f"better than chance: {summary}"


def compare_with_chance(  # noqa: PLR0913 - the rows, and how they are resampled
    y: ArrayLike,
    probability: ArrayLike,
    customers: ArrayLike,
    *,
    seed: int,
    repeats: int = 400,
    share: float = 1.0,
) -> ChanceVerdict:
    """Return whether probabilities of rows that a model has not seen are better than chance.

    Whole customers are resampled. On up to 5,000 rows outcomes are also permuted, by customer if each has one row.

    Parameters
    ----------
    share
        Share of the customers in each draw; see `compute_drawn_share`.

    Raises
    ------
    DataError
        As `compute_metrics`.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> compare_with_chance([0, 1] * 100, rng.random(200), range(200), seed=1).sentence
    'not better than chance: AUC 0.508 [0.422, 0.584]; 40% of permuted outcomes rank as well'
    """
    y, p = check_outcomes(y, probability)
    whose = check_groups("customers", customers, len(y))
    parts = []
    for weights in draw_weights(whose, seed, repeats, share):
        rows = RankedScores.from_scores(y, p, weights)
        rate = np.clip(rows.outcome_rate, 1e-12, 1 - 1e-12)
        one_rate = -(rate * np.log(rate) + (1 - rate) * np.log(1 - rate))
        parts.append((auc(rows), one_rate - log_loss(rows)))
    rankings, gains = (np.concatenate(part) for part in zip(*parts, strict=True))
    whole = float(auc(RankedScores.from_scores(y, p))[0])
    return ChanceVerdict(whole, *interval_of(rankings), *interval_of(gains), _permute(y, p, whose, whole, seed))


def _permute(
    y: NDArray[np.float64], p: NDArray[np.float64], customers: NDArray[np.generic], score: float, seed: int
) -> float | None:
    if len(y) > _FEW or len(np.unique(customers)) < len(y) or not 0 < y.sum() < len(y):
        return None
    rng = np.random.default_rng(seed)
    _, ranks = np.unique(p, return_inverse=True)
    order = np.bincount(ranks)
    middle = (np.cumsum(order) - (order - 1) / 2)[ranks]
    positives = int(y.sum())
    drawn = np.array([middle[rng.permutation(len(y))[:positives]].sum() for _ in range(_PERMUTED)])
    rankings = (drawn - positives * (positives + 1) / 2) / (positives * (len(y) - positives))
    return float((1 + (rankings >= score - 1e-12).sum()) / (1 + _PERMUTED))
