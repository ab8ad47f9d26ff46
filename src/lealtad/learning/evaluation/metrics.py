"""The numbers a model is judged by."""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.learning.evaluation.accuracy import brier, brier_skill, log_loss
from lealtad.learning.evaluation.calibration import calibration_line, ece
from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.empc import empc
from lealtad.learning.evaluation.outcomes import check_groups, check_outcomes
from lealtad.learning.evaluation.profit import profit_at
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import auc, average_precision, precision_at, recall_at

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DECILE = 0.1
_DEFAULT = Economics()

# whether a worse model has a lower value, a higher one, or a larger distance from a target
WORSE: dict[str, str | float] = {
    "auc": "less",
    "pr_auc": "less",
    "brier": "more",
    "brier_skill": "less",
    "log_loss": "more",
    "ece": "more",
    "slope": 1.0,
    "intercept": 0.0,
    "lift_top_decile": "less",
    "lift_at_capacity": "less",
    "precision_at_capacity": "less",
    "recall_at_capacity": "less",
    "empc": "less",
    "expected_profit": "less",
    "realised_profit": "less",
}


def compute_measures(rows: RankedScores, share: float, economics: Economics) -> dict[str, NDArray[np.float64]]:
    """Return every measure, per draw; `share` is the part of the customers that can be contacted."""
    slope, intercept = calibration_line(rows)
    expected, realised = profit_at(rows, share, economics)
    recall = recall_at(rows, share)
    return {
        "auc": auc(rows),
        "pr_auc": average_precision(rows),
        "brier": brier(rows),
        "brier_skill": brier_skill(rows),
        "log_loss": log_loss(rows),
        "ece": ece(rows),
        "slope": slope,
        "intercept": intercept,
        "predicted": rows.mean(rows.score, rows.score),
        "observed": rows.outcome_rate,
        "lift_top_decile": recall_at(rows, DECILE) / DECILE,
        "lift_at_capacity": recall / share,
        "precision_at_capacity": precision_at(rows, share),
        "recall_at_capacity": recall,
        "empc": empc(rows, economics)[0],
        "expected_profit": expected,
        "realised_profit": realised,
    }


def capacity_share(capacity: float | None, rows: int) -> float:
    """Return the part of the rows that can be contacted; None means a tenth.

    Raises
    ------
    SettingsError
        If nobody can be contacted.
    """
    if capacity is not None and not (isinstance(capacity, Real) and capacity > 0):
        raise SettingsError(
            place="capacity",
            expected="customers to contact, above 0",
            found=str(capacity),
            fix="Leave it out for a tenth of the rows.",
        )
    return DECILE if capacity is None else min(capacity / rows, 1.0)


def compute_metrics(
    y: ArrayLike, probability: ArrayLike, *, capacity: float | None = None, economics: Economics = _DEFAULT
) -> dict[str, float]:
    """Return the measures of predicted probabilities by name.

    Parameters
    ----------
    y
        1 where the outcome happened, else 0.
    capacity
        Number of rows that can be contacted; None for a tenth of them.
    economics
        Value and costs of a contact.

    Returns
    -------
    - `auc`, `pr_auc` (average precision): order; NaN if only one outcome occurs.
    - `brier`, `brier_skill` (share of the Brier score of the observed rate that is saved), `log_loss`.
    - `ece` (ten bins of equal mass), `slope`, `intercept` (of the log-odds; 1 and 0 are right), `predicted` and
      `observed` (mean probability, rate).
    - `lift_top_decile`, and at capacity `lift_at_capacity`, `precision_at_capacity`, `recall_at_capacity`.
    - `empc` (per customer), `expected_profit`, `realised_profit` (per customer contacted, at capacity).
    - `n`, the rows.

    Raises
    ------
    DataError
        If there is no row, lengths differ, an outcome is neither 0 nor 1, or a probability is outside 0 to 1.
    SettingsError
        If `capacity` is not above 0.

    Examples
    --------
    >>> found = compute_metrics([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], capacity=2)
    >>> found["auc"], round(found["brier"], 6), found["precision_at_capacity"]
    (0.75, 0.158125, 0.5)
    """
    rows = RankedScores.from_scores(y, probability)
    by_name = compute_measures(rows, capacity_share(capacity, len(np.asarray(y))), economics)
    return {**{name: float(value[0]) for name, value in by_name.items()}, "n": len(np.asarray(y))}


def compute_metrics_by(
    by: ArrayLike,
    y: ArrayLike,
    probability: ArrayLike,
    *,
    capacity: float | None = None,
    economics: Economics = _DEFAULT,
) -> pl.DataFrame:
    """Return the measures of each group, such as an as-of date or a segment.

    Parameters
    ----------
    by
        The group of each row.
    y
        1 where the outcome happened, else 0.
    probability
        The predicted probability of each row, 0 to 1.
    capacity
        Number of rows that can be contacted in one group; None for a tenth of the group.
    economics
        Value and costs of a contact.

    Returns
    -------
    One row per group, sorted: `by` and the columns of `compute_metrics`. Measures of order are NaN where a group
    has only one outcome.

    Raises
    ------
    DataError
        If a row has no group; else as `compute_metrics`.
    SettingsError
        If `capacity` is not above 0.

    Examples
    --------
    >>> table = compute_metrics_by(["a", "a", "b", "b"], [0, 1, 0, 1], [0.2, 0.7, 0.6, 0.4])
    >>> table.select("by", "n", "auc").rows()
    [('a', 2, 1.0), ('b', 2, 0.0)]
    """
    y, probability = check_outcomes(y, probability)
    by = check_groups("by", by, len(y))
    groups = np.unique(by)
    rows = [
        compute_metrics(y[by == group], probability[by == group], capacity=capacity, economics=economics)
        for group in groups
    ]
    return pl.DataFrame(rows).insert_column(0, pl.Series("by", groups))


def compute_worst(by: pl.DataFrame) -> pl.DataFrame:
    """Return the worst group of each measure, from what `compute_metrics_by` returned.

    Returns
    -------
    One row per measure: `metric, by, value, n`. Groups in which a measure is not defined are left out; a measure
    that is defined nowhere has no row.

    Examples
    --------
    >>> table = compute_metrics_by(["a", "a", "b", "b"], [0, 1, 0, 1], [0.2, 0.6, 0.7, 0.3])
    >>> compute_worst(table).row(0)
    ('auc', 'b', 0.0, 2)
    """
    rows = []
    for metric in (name for name in WORSE if name in by.columns):
        defined = by.filter(pl.col(metric).is_not_nan() & pl.col(metric).is_not_null())
        if defined.height:
            worst = defined.row(int(_badness(defined[metric], WORSE[metric]).argmax()), named=True)
            rows.append({"metric": metric, "by": worst["by"], "value": worst[metric], "n": worst["n"]})
    return pl.DataFrame(rows)


def _badness(values: pl.Series, worse: str | float) -> NDArray[np.float64]:
    badness = values.to_numpy()
    if isinstance(worse, float):
        return np.asarray(np.abs(badness - worse))
    return np.asarray(badness if worse == "more" else -badness)
