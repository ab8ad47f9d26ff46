"""The NPS of a whole base: naive, weighted, doubly robust, tilted, and the bounds it must be within."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.intervals import Z
from lealtad.learning.response.nonresponse.base import POINTS, CustomerBase
from lealtad.learning.response.nonresponse.tilt import NO_TILT, Tilt

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_PROBABILITY = 0.02  # so no respondent has a weight above 50
_SMALL = 1e-3
_SCHEMA: dict[str, Any] = {
    "estimate": pl.String,
    **dict.fromkeys(("value", "low", "high"), pl.Float64),
    **dict.fromkeys(("n", "trimmed"), pl.Int64),
    "identified": pl.String,
}
_IDENTIFIED = {
    "naive": "answering_is_random",
    "ipw": "features_explain_answering",
    "doubly_robust": "features_explain_answering",
    "tilted": "opinions_last",
    "bounds": "opinions_last",
}


@dataclass(frozen=True)
class _Estimate:
    value: float
    influence: NDArray[np.float64]  # of each row; its sum over a customer's rows is the customer's


def compute_base_nps(rows: pl.DataFrame, tilt: Tilt = NO_TILT) -> pl.DataFrame:
    """Return the NPS of a customer base if everybody had answered, one row per estimate.

    Parameters
    ----------
    rows
        The base, one row per customer and as-of date: `customer_id`, `invited` (whether an invitation was sent),
        `score` (null: no answer), `answer_probability` (of answering once invited), `promoter_probability` and
        `detractor_probability` (of an answer). Each probability is learned without the row. Invitations are
        assumed not to depend on the answer, as if every customer's turn comes round.
    tilt
        How much more often satisfied customers answer than the features explain; see `learn_tilt`.

    Returns
    -------
    `estimate, value, low, high` (points, 95 %), `n` answers, `identified`, and `trimmed`. `trimmed` is the number
    of answers with a probability of answering below 0.02, which count as if it were 0.02. No answer gives nulls.
    The estimates:

    - `naive`: of the answers alone;
    - `ipw`: each answer weighs 1 / P(answers);
    - `doubly_robust`: the expectation for all customers, corrected by the weighted answers. Right if either
      P(answers) or P(promoter | answers) is;
    - `tilted`: the same, with silent customers less satisfied than similar respondents, by the tilt;
    - `bounds`: `low` and `high` if all who never answered were detractors, or promoters; `value` is null. They
      need no model. They assume that opinions last: a customer counts by their last answer, in the order of the
      rows.

    `identified` says under what assumption an estimate is right: `answering_is_random`,
    `features_explain_answering`, `opinions_last`. If answering depends on the answer itself, none of the first
    four is identified; the data then allow the range of `bounds`.

    Raises
    ------
    DataError
        If a column is missing, a probability is invalid, or a customer answered who was not asked.

    Notes
    -----
    Let m(x) be the points expected of an answer, e(x) = P(answers), T = exp(−δ·side) and Z(x) = E[T | x, answers].
    The points expected of the silent are ``m₀(x) = E[T·y | x, answers] / Z(x)``. The share of a row is q = e·m +
    (1 − e)·m₀. The departure of one who was asked is ``(m₀ − q) + R·ω·(y − m₀)`` with ω = 1 + (1 − e)/e · T/Z,
    scaled to a mean of 1 over the asked. With δ = 0 it is m + R/e·(y − m). Intervals are normal with the variance
    of the influence function, summed by customer, and for `tilted` with that of δ.

    References
    ----------
    Robins, Rotnitzky, Zhao (1994), Estimation of regression coefficients when some regressors are not always
    observed. JASA 89. Scharfstein, Rotnitzky, Robins (1999), Adjusting for nonignorable drop-out. JASA 94.
    Manski (2003), Partial identification of probability distributions.

    Examples
    --------
    Of four customers, two who answer one time in two say 10 and 3; two who answer always say 9 and 10.

    >>> rows = pl.DataFrame({"customer_id": list("abcdef"), "invited": True,
    ...     "score": [10, 3, None, None, 9, 10], "answer_probability": [0.5] * 4 + [1.0] * 2,
    ...     "promoter_probability": [0.5] * 4 + [1.0] * 2, "detractor_probability": [0.5] * 4 + [0.0] * 2})
    >>> compute_base_nps(rows)["value"].round(2).to_list()
    [50.0, 33.33, 33.33, 33.33, None]
    """
    base = CustomerBase.from_rows(rows)
    n, trimmed = int(base.answered.sum()), int((base.answered & (base.answers < LEAST_PROBABILITY)).sum())
    if not n:
        return pl.DataFrame(
            [{"estimate": name, "n": 0, "trimmed": 0, "identified": basis} for name, basis in _IDENTIFIED.items()],
            _SCHEMA,
        )
    base = replace(base, answers=np.clip(base.answers, LEAST_PROBABILITY, 1.0))
    estimates = [
        _make_row("naive", base, _estimate_weighted(base, np.ones(len(base.y))), trimmed=0),
        _make_row("ipw", base, _estimate_weighted(base, 1 / base.answers), trimmed=trimmed),
        _make_row("doubly_robust", base, _estimate_doubly_robust(base, NO_TILT), trimmed=trimmed),
        _make_row(
            "tilted",
            base,
            _estimate_doubly_robust(base, tilt),
            trimmed=trimmed,
            also=tilt.se * _measure_slope(base, tilt),
        ),
        _make_bounds_row(base),
    ]
    return pl.DataFrame([{**row, "identified": _IDENTIFIED[row["estimate"]]} for row in estimates], _SCHEMA)


def _estimate_weighted(base: CustomerBase, weight: NDArray[np.float64]) -> _Estimate:
    share = np.where(base.answered, weight, 0.0) / weight[base.answered].sum()
    value = float((share * base.y).sum())
    return _Estimate(value, share * (base.y - value))


def _estimate_doubly_robust(base: CustomerBase, tilt: Tilt) -> _Estimate:
    passive = np.clip(1 - base.promoter - base.detractor, 0, 1)
    promoter, detractor = tilt.odds(1) * base.promoter, tilt.odds(-1) * base.detractor
    scale = promoter + passive + detractor
    silent = POINTS * (promoter - detractor) / scale
    everybody = base.answers * base.mean + (1 - base.answers) * silent
    stands = 1 + (1 - base.answers) / base.answers * tilt.odds(base.y / POINTS) / scale
    asked = base.invited / base.invited.sum()
    weight = np.where(base.answered, stands, 0.0) / stands[base.answered].sum()
    gap, shift = float((weight * (base.y - silent)).sum()), float((asked * (silent - everybody)).sum())
    mean = float(everybody.mean())
    influence = (
        (everybody - mean) / len(base.y) + weight * (base.y - silent - gap) + asked * (silent - everybody - shift)
    )
    return _Estimate(mean + gap + shift, influence)


def _measure_slope(base: CustomerBase, tilt: Tilt) -> float:
    """Return by how many points the estimate moves per unit of tilt."""
    up, down = (
        _estimate_doubly_robust(base, replace(tilt, value=tilt.value + step)).value for step in (_SMALL, -_SMALL)
    )
    return (up - down) / (2 * _SMALL)


def _make_row(
    name: str, base: CustomerBase, estimate: _Estimate, *, trimmed: int, also: float = 0.0
) -> dict[str, Any]:
    """Return a row of the table; `also` is a standard error, in points, of what the estimate takes as given."""
    by_customer = np.bincount(base.customer, weights=estimate.influence)
    half = Z * float(np.sqrt((by_customer**2).sum() + also**2))
    low, high = max(estimate.value - half, -POINTS), min(estimate.value + half, POINTS)
    n = int(base.answered.sum())
    return {"estimate": name, "value": estimate.value, "low": low, "high": high, "n": n, "trimmed": trimmed}


def _make_bounds_row(base: CustomerBase) -> dict[str, Any]:
    last = np.full(int(base.customer.max()) + 1, np.nan)
    last[base.customer[base.answered]] = base.y[base.answered]  # a later row takes the place of an earlier one
    low, high = float(np.nan_to_num(last, nan=-POINTS).mean()), float(np.nan_to_num(last, nan=POINTS).mean())
    return {
        "estimate": "bounds",
        "value": None,
        "low": low,
        "high": high,
        "n": int(base.answered.sum()),
        "trimmed": 0,
    }
