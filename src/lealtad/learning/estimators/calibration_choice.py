"""Choosing the calibration with the best probabilities on rows it had not learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.estimators.beta import BetaCalibration
from lealtad.learning.estimators.isotonic import IsotonicCalibration
from lealtad.learning.estimators.platt import PlattCalibration
from lealtad.learning.estimators.temperature import TemperatureCalibration
from lealtad.learning.estimators.uncalibrated import NoCalibration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.estimators.calibration import Calibration

    Split = tuple[NDArray[np.int_], NDArray[np.int_]]

# simplest first: a more flexible one must be clearly better
_ALL = (NoCalibration, TemperatureCalibration, PlattCalibration, BetaCalibration, IsotonicCalibration)
KINDS: dict[str, type[Calibration]] = {calibration.kind: calibration for calibration in _ALL}


def choose_calibration(
    raw: ArrayLike, y: ArrayLike, splits: Sequence[Split], weight: ArrayLike | None = None
) -> tuple[Calibration, dict[str, float]]:
    """Return the calibration with the lowest Brier score, fitted to all rows, and the Brier score of each kind.

    Parameters
    ----------
    raw
        Log-odds of rows that the model has not learned from.
    splits
        Positions to fit on, and later positions (or those of other customers) to judge on. Pairs without both
        outcomes to fit on are left out. If none remains, scores are not calibrated.
    weight
        Weight of each row; None counts each once.

    Notes
    -----
    A kind is preferred to a simpler one only if its Brier score is lower by more than one part in a thousand. A
    smaller gain is noise, and the more flexible map costs later.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> raw = rng.normal(size=4000)
    >>> y = rng.random(4000) < 1 / (1 + np.exp(-(raw - 2)))  # the level is off by 2
    >>> half = np.arange(2000)
    >>> choose_calibration(raw, y, [(half, half + 2000)])[0].kind
    'platt'
    """
    scores, happened = np.asarray(raw, dtype=np.float64), np.asarray(y, dtype=np.float64)
    stands = np.ones(len(scores)) if weight is None else np.asarray(weight, dtype=np.float64)
    usable = [split for split in splits if _has_both_outcomes(happened[split[0]]) and len(split[1])]
    if not usable or not _has_both_outcomes(happened):
        return NoCalibration.from_text({}), {}
    errors = {
        kind: _measure_brier(calibration, scores, happened, stands, usable) for kind, calibration in KINDS.items()
    }
    chosen = NoCalibration.kind
    for kind, error in errors.items():
        if error < errors[chosen] * (1 - 1e-3):
            chosen = kind
    return KINDS[chosen]().fit(scores, happened, stands), errors


def read_calibration(stored: Mapping[str, Any]) -> Calibration:
    """Return the calibration from the text of `to_text`.

    Raises
    ------
    KeyError
        If the kind is unknown.

    Examples
    --------
    >>> read_calibration({"kind": "platt", "slope": 1.0, "intercept": 0.0}).predict([0.0]).tolist()
    [0.5]
    """
    return KINDS[stored["kind"]].from_text(stored)


def _measure_brier(
    kind: type[Calibration],
    raw: NDArray[np.float64],
    happened: NDArray[np.float64],
    weight: NDArray[np.float64],
    splits: Sequence[Split],
) -> float:
    fits = [kind().fit(raw[a], happened[a], weight[a]) for a, _ in splits]
    errors = [(fitted.predict(raw[b]) - happened[b]) ** 2 for fitted, (_, b) in zip(fits, splits, strict=True)]
    return float(np.average(np.concatenate(errors), weights=np.concatenate([weight[b] for _, b in splits])))


def _has_both_outcomes(happened: NDArray[np.float64]) -> bool:
    return bool(0 < happened.sum() < len(happened))
