"""Whether the level is right at every date, since errors of opposite sign at two dates would cancel overall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.evaluation.intervals import draw_weights
from lealtad.models.gate.calibration_checks import LEVEL
from lealtad.models.gate.checks import GateCheck, format_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_LEAST_LEFT = 10  # with fewer churned customers the level of one date is too uncertain
_ERROR = 0.05  # of all dates together
LEVER = (
    "look at the features that are the same for all customers of that date, at feeds that had a hole before it, "
    "and at [dates] train in model.toml: more dates show the season"
)


def check_date_levels(judged: pl.DataFrame, challenger: str, *, seed: int, repeats: int) -> GateCheck:
    """Check the ratio of predicted to observed churn at every as-of date.

    Parameters
    ----------
    judged
        `customer, as_of, observed` and the probabilities of the challenger.

    Returns
    -------
    It fails if, with its interval, a date's level is off by more than 25 % beyond what the company's own season
    explains. At such a date a constant rate would be closer.

    Notes
    -----
    Take a date with `P` predicted and `Y` observed among `n` rows. `k` and `r` are the ratio of predicted to
    observed and the rate of the whole slice. Then ``excess = |log P/(k·Y)| − |log r·n/Y|``. A model that ignores
    the season has an excess near 0; one that follows it has a negative excess. Whole customers are resampled; the
    dates share the error of 5 %.

    Examples
    --------
    >>> rows = pl.DataFrame({"customer": range(800), "as_of": ["2026-03-02"] * 400 + ["2026-04-06"] * 400,
    ...                      "observed": [k % 4 == 0 for k in range(800)], "model": [0.6] * 400 + [0.1] * 400})
    >>> check_date_levels(rows, "model", seed=1, repeats=100).passed
    False
    """
    y, p = judged["observed"].cast(pl.Float64).to_numpy(), judged[challenger].to_numpy()
    dates, place = np.unique(judged["as_of"].to_numpy(), return_inverse=True)
    inside = (place[:, None] == np.arange(len(dates))[None, :]).astype(np.float64)
    enough = (y @ inside) >= _LEAST_LEFT
    needed = f"no date off by more than {LEVEL:.2f}, either way, beyond the company's own season"
    if enough.sum() < 2:  # noqa: PLR2004 - one date is judged by the level of all
        return GateCheck("level by date", True, f"fewer than two dates with {_LEAST_LEFT} who left", needed)
    parts = [
        _measure_levels(weights, y, p, inside)
        for weights in draw_weights(judged["customer"].to_numpy(), seed, repeats)
    ]
    ratios, drawn = (np.concatenate(each)[:, enough] for each in zip(*parts, strict=True))
    ratio, excess = (each[0, enough] for each in _measure_levels(np.ones((1, len(y))), y, p, inside))
    least = np.quantile(drawn, _ERROR / enough.sum(), axis=0)
    worst = int(np.argmax(least if (least > np.log(LEVEL)).any() else excess))
    ends = np.quantile(ratios[:, worst], [0.025, 0.975])
    day = str(dates[enough][worst])[:10]
    passed = bool((least <= np.log(LEVEL)).all())
    sentence = (
        f"promised over happened {format_interval(float(ratio[worst]), float(ends[0]), float(ends[1]))} at {day}"
    )
    return GateCheck("level by date", passed, sentence if passed else f"{sentence}; {LEVER}", needed)


def _measure_levels(weights: Floats, y: Floats, p: Floats, inside: Floats) -> tuple[Floats, Floats]:
    """Return draws × dates: predicted over observed, and its distance from 1 beyond that of a constant rate."""
    own = np.maximum((weights * y) @ inside, 0.5)  # at least 0.5, for draws in which nobody churned
    promised = np.maximum((weights * p) @ inside, 1e-9)
    happened = np.maximum(weights @ y, 0.5)
    one_rate = (weights @ inside) * (happened / weights.sum(axis=1))[:, None]
    in_sum = (np.maximum(weights @ p, 1e-9) / happened)[:, None]  # a matter of the level of all
    excess = np.abs(np.log(promised / own / in_sum)) - np.abs(np.log(np.maximum(one_rate, 1e-9) / own))
    return promised / own, excess
