"""Calibration of scores: a monotone map to the probability of buying within the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lealtad.recommending.purchases import Floats

_BINS, _PRIOR = 20, 1.0


@dataclass(frozen=True)
class ScoreCalibration:
    """A monotone line from score to probability.

    Attributes
    ----------
    scores
        Mean score of each bin, ascending.
    rates
        The probability at each, never falling.
    """

    scores: Floats
    rates: Floats

    @classmethod
    def learn(cls, score: Floats, bought: Floats, weight: Floats) -> ScoreCalibration:
        """Learn from candidates that the trees had not seen, with more bins at high scores.

        Parameters
        ----------
        weight
            How many candidates each row represents, if only a sample was drawn.

        Examples
        --------
        >>> score = np.tile([0.0, 1.0], 500)
        >>> line = ScoreCalibration.learn(score, np.arange(1000) % 5 == 3, np.ones(1000))
        >>> line.read(np.array([0.0, 1.0])).round(2)
        array([0.2, 0.2])
        """
        values, place = np.unique(score, return_inverse=True)
        mass = np.bincount(place, weight)
        # each bin halves what is left, so that the few high scores have bins of their own
        tail = np.cumsum(mass[::-1])[::-1] / mass.sum()
        level = np.minimum((-2 * np.log2(np.maximum(tail, 1e-12))).astype(int), _BINS - 1)
        groups = np.unique(level, return_inverse=True)[1]
        heft = np.bincount(groups, mass)
        mean = np.bincount(groups, mass * values) / heft
        overall = float((bought * weight).sum() / weight.sum())
        hits = np.bincount(groups[place], weight * bought)
        rates = _pool((hits + _PRIOR * overall) / (heft + _PRIOR), heft)
        return cls(mean, rates)

    def read(self, score: Floats) -> Floats:
        """Return the probability of each score."""
        return np.interp(score, self.scores, self.rates)


def _pool(rates: Floats, heft: Floats) -> Floats:
    """Pool adjacent violators, until rates never fall."""
    blocks: list[tuple[float, float, int]] = []
    for rate, weight in zip(rates.tolist(), heft.tolist(), strict=True):
        blocks.append((rate, weight, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, before, n), (high, after, m) = blocks[-2:]
            blocks[-2:] = [((low * before + high * after) / (before + after), before + after, n + m)]
    return np.concatenate([np.full(n, rate) for rate, _, n in blocks])
