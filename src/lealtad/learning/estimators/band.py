"""Confidence bands: how far a probability would move with other customers and dates in the training data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, logit
from sklearn.base import clone

from lealtad.learning.estimators.platt import PlattCalibration
from lealtad.learning.estimators.temperature import TemperatureCalibration
from lealtad.learning.estimators.uncalibrated import NoCalibration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.estimators.calibration import Calibration

KNOTS = 41
_BINS = 256  # of equal mass; a calibration bends far less often
_SIDES = [0.025, 0.975]
_BOTH = 2  # outcomes
_CERTAIN = 1e-12


@dataclass(frozen=True)
class JudgedRows:
    """Rows that were judged by fits that had not seen them.

    Attributes
    ----------
    raw
        Log-odds, the level of the row's own date included.
    happened
        1 or 0.
    customers
        The customer of each row.
    dates
        The date of each row; a single value without time.
    level
        Log-odds of the row's date; 0 if there is no time.
    weight
        The weight of each row.
    """

    raw: NDArray[np.float64]
    happened: NDArray[np.float64]
    customers: NDArray[Any]
    dates: NDArray[Any]
    level: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True)
class ConfidenceBand:
    """The 95 % interval of a probability, by the model's log-odds.

    Attributes
    ----------
    log_odds
        41 evenly rising values.
    low, high
        The ends of the interval at each value; linear in between, constant beyond.

    Examples
    --------
    >>> ConfidenceBand(np.array([-1.0, 1.0]), np.array([0.2, 0.6]), np.array([0.4, 0.8])).ends([0.0, 9.0])
    (array([0.4, 0.6]), array([0.6, 0.8]))
    """

    log_odds: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def learn(cls, calibration: Calibration, rows: JudgedRows, *, seed: int, repeats: int = 200) -> ConfidenceBand:
        """Learn the bounds by resampling customers and dates, and recalibrating each time.

        Parameters
        ----------
        calibration
            The chosen one, fitted to `rows`.

        Notes
        -----
        Each draw takes whole customers and whole dates with replacement. It fits the same kind of calibration to
        what was drawn, and reads it at the level of one date. The next date will have a level of its own, which is
        still unknown. The spread of true levels is the observed spread less what chance alone would add. A
        calibration that learns no level (none, temperature) does not show its error of level. For these, Platt's
        line is fitted to the draws, and its distance from the line of all rows is applied to the probability. So
        an interval covers the uncertainty about the calibration and the date, not whether a single customer
        churns, which is what the probability itself expresses.
        """
        knots = np.linspace(rows.raw.min() - 1, rows.raw.max() + 1, KNOTS)
        middle = calibration.predict(knots)
        centres, place = _bin_log_odds(rows.raw)
        rng = np.random.default_rng(seed)
        shifts, curves = _draw_date_shifts(rows), [middle]
        fixed = isinstance(calibration, NoCalibration | TemperatureCalibration)
        free = PlattCalibration().fit(rows.raw, rows.happened, rows.weight) if fixed else calibration
        usual = _to_log_odds(free.predict(knots)) - _to_log_odds(middle)
        for drawn in _draw_weights(rows, rng, repeats):
            weights = np.concatenate(
                [
                    np.bincount(place, weights=drawn * side, minlength=len(centres))
                    for side in (rows.happened, 1 - rows.happened)
                ]
            )
            outcome = np.repeat([1.0, 0.0], len(centres))
            if len(np.unique(outcome[weights > 0])) == _BOTH:
                again = clone(free).fit(np.tile(centres, 2), outcome, sample_weight=weights)
                curves.append(expit(_to_log_odds(again.predict(knots + rng.choice(shifts))) - usual))
        low, high = np.quantile(np.stack(curves), _SIDES, axis=0)
        return cls(knots, np.minimum(low, middle), np.maximum(high, middle))

    def ends(self, raw: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the lower and the upper bound of each row, by the log-odds of the model."""
        at = np.asarray(raw, dtype=np.float64)
        return np.interp(at, self.log_odds, self.low), np.interp(at, self.log_odds, self.high)

    def to_text(self) -> dict[str, list[float]]:
        """Return the grid as JSON types."""
        return {name: getattr(self, name).tolist() for name in ("log_odds", "low", "high")}

    @classmethod
    def from_text(cls, stored: Mapping[str, Any]) -> ConfidenceBand:
        """Read the band that `to_text` returned."""
        return cls(*(np.asarray(stored[name], dtype=np.float64) for name in ("log_odds", "low", "high")))


def _to_log_odds(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(logit(np.clip(probability, _CERTAIN, 1 - _CERTAIN)))


def _bin_log_odds(raw: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    """Return the mean of each bin of about equally many rows, rising, and the bin of each row."""
    edges = np.unique(np.quantile(raw, np.linspace(0, 1, _BINS + 1)[1:-1]))
    _, place = np.unique(np.searchsorted(edges, raw, side="right"), return_inverse=True)
    return np.bincount(place, weights=raw) / np.bincount(place), place


def _draw_weights(rows: JudgedRows, rng: np.random.Generator, repeats: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each row was drawn, customers and dates each with replacement."""
    _, who = np.unique(rows.customers, return_inverse=True)
    _, when = np.unique(rows.dates, return_inverse=True)
    people, moments = int(who.max()) + 1, int(when.max()) + 1
    for _ in range(repeats):
        often = np.bincount(rng.integers(people, size=people), minlength=people)[who]
        moment_draws = np.bincount(rng.integers(moments, size=moments), minlength=moments)[when]
        yield rows.weight * often * moment_draws


def _draw_date_shifts(rows: JudgedRows) -> NDArray[np.float64]:
    """Return the distance of each date's level from the typical one, shrunk by the variation of chance."""
    _, first, date = np.unique(rows.dates, return_index=True, return_inverse=True)
    levels = rows.level[first]
    rate = np.bincount(date, weights=rows.happened) / np.bincount(date)
    chance = np.bincount(date) * np.clip(rate * (1 - rate), 1e-3, None)
    spread = float(levels.var())
    true = max(spread - float(np.mean(1 / chance)), 0.0)
    return np.asarray((levels - levels.mean()) * np.sqrt(true / spread if spread > 0 else 0.0))
