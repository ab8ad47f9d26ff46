"""Delivery of one list: counted churners, and saves and profit measured against the holdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import Z, compute_wilson_interval
from lealtad.worklist.promises import WHOLE, compute_costs, compute_deciles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Estimate = tuple[float | None, float | None, float | None]  # with its 95 % interval

_SCHEMA = pl.Schema(
    {
        "group": pl.Int64(),
        "measure": pl.String(),
        "delivered": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)


def measure_delivery(listed: pl.DataFrame, holdout: pl.DataFrame) -> pl.DataFrame:
    """Measure what one list delivered, one row per group and measure.

    Parameters
    ----------
    listed
        Rows of the list, both arms, with `observed`.
    holdout
        The holdout of its campaign, each customer once, with `observed` and perhaps `treated`.

    Returns
    -------
    `group, measure, delivered, low, high, list_id, held_out, contaminated`; see `settle_lists`.
    """
    decile = compute_deciles(listed).to_numpy()
    rows: list[tuple[int, str, float | None, float | None, float | None]] = []
    for group in (WHOLE, *np.unique(decile).tolist()):
        members = listed if group == WHOLE else listed.filter(pl.Series(decile == group))
        treated = members.filter(pl.col("arm") == "treated")
        costs = float(compute_costs(treated).sum())
        rows += [
            (group, "churners", *_count_churned(members)),
            (group, "saves", *estimate_saves(treated, holdout)),
            (group, "profit", *estimate_saves(treated, holdout, by_value=True, costs=costs)),
        ]
    contaminated = holdout["treated"].mean() if "treated" in holdout.columns else None
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_columns(
        list_id=pl.lit(listed["list_id"][0]),
        held_out=pl.lit(holdout["customer_id"].n_unique(), pl.Int64),
        contaminated=pl.lit(contaminated, pl.Float64),
    )


def _count_churned(rows: pl.DataFrame) -> tuple[float, float, float]:
    """Count who churned, with Wilson's interval of as many independent rows as the customers are worth."""
    design_effect = _compute_design_effect(rows)
    churned, n = float(rows["observed"].sum()) / design_effect, max(rows.height, 1) / design_effect
    low, high = compute_wilson_interval(churned, n)
    return churned * design_effect, low * n * design_effect, high * n * design_effect


def estimate_saves(
    treated: pl.DataFrame, holdout: pl.DataFrame, *, by_value: bool = False, costs: float = 0.0
) -> Estimate:
    """Estimate saves, or by value their worth less the costs, with the 95 % interval of the ratio estimator.

    Parameters
    ----------
    treated, holdout
        Rows with `customer_id, probability, value_at_stake, observed`.
    by_value
        Whether each customer weighs the value at stake.
    costs
        What the contacts cost, subtracted from the estimate.

    Returns
    -------
    The estimate and its bounds; three times None if the holdout is not informative.
    """
    p, churned, weight = _read_numbers(treated, by_value=by_value)
    p_holdout, churned_holdout, weight_holdout = _read_numbers(holdout, by_value=by_value)
    expected, expected_holdout = float((weight * p).sum()), float((weight_holdout * p_holdout).sum())
    if expected_holdout <= 0:
        return None, None, None
    ratio = float((weight_holdout * churned_holdout).sum()) / expected_holdout
    # the deviation of counts at the holdout's level, raised slightly as in Wilson's interval, because few or no
    # churners in a small holdout prove little
    level = ratio + Z**2 / 2 * _compute_design_effect(holdout) / float(p_holdout.sum())
    variance_holdout = _sum_variance_by_customer(holdout, weight_holdout * _compute_deviation(p_holdout, level))
    variance = _sum_variance_by_customer(treated, weight * _compute_deviation(p, level))
    half = Z * (variance_holdout * (expected / expected_holdout) ** 2 + variance) ** 0.5
    saves = ratio * expected - float((weight * churned).sum()) - costs
    return saves, saves - half, saves + half


def _compute_design_effect(rows: pl.DataFrame) -> float:
    """Return the design effect: the number of rows that count as much as one independent row."""
    times = rows.group_by("customer_id").len()["len"].cast(pl.Float64).to_numpy()
    return float((times**2).sum()) / rows.height if rows.height else 1.0


def _sum_variance_by_customer(rows: pl.DataFrame, deviation: Floats) -> float:
    """Return the variance of a sum of rows, where the rows of a customer deviate together."""
    sums = (
        rows.select("customer_id", deviation=pl.Series(deviation))
        .group_by("customer_id")
        .agg(pl.all().sort().sum())
    )
    return float((sums["deviation"].sort() ** 2).sum())


def _compute_deviation(p: Floats, level: float) -> Floats:
    """Return the standard deviation of each outcome, with probabilities multiplied by a factor."""
    likely = np.clip(p * level, 0.0, 1.0)
    return np.asarray(np.sqrt(likely * (1 - likely)))


def _read_numbers(rows: pl.DataFrame, *, by_value: bool) -> tuple[Floats, Floats, Floats]:
    """Return probability, outcome and weight of each row."""
    p = rows["probability"].cast(pl.Float64).to_numpy()
    value = rows["value_at_stake"].fill_null(0.0).cast(pl.Float64).to_numpy()
    return p, rows["observed"].cast(pl.Float64).to_numpy(), value if by_value else np.ones(p.size)
