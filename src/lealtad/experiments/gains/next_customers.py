"""The next customers to send the message to: those today whose expected gain exceeds the cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.experiments.assignment.population import find_eligible
from lealtad.experiments.assignment.storage import find_held_back
from lealtad.experiments.gains.judging import CHOSEN, ArmGains, make_estimators
from lealtad.experiments.gains.rows import add_features

if TYPE_CHECKING:
    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.plan import ExperimentPlan
    from lealtad.lake import Lake


def choose_next(  # noqa: PLR0913 - the experiment, the lake, and what a message costs
    lake: Lake,
    plan: ExperimentPlan,
    rows: pl.DataFrame,
    gains: ArmGains,
    conditions: Conditions,
    *,
    assume_consent: bool = False,
    cost: float = 0.0,
) -> pl.DataFrame:
    """Return the customers to send an arm's message to, those who gain most first.

    Parameters
    ----------
    rows
        What `gains` was judged on; the estimate learns from all of them.

    Returns
    -------
    `customer_id, uplift, low, high` (95 %). No rows if no policy clearly beats sending it to nobody; every
    eligible customer if the message is for all. Customers whom a running experiment holds back are left out.
    """
    empty = {"customer_id": pl.String, "uplift": pl.Float64, "low": pl.Float64, "high": pl.Float64}
    if gains.use in {"none", "unsure"}:
        return pl.DataFrame(schema=empty)
    eligible = find_eligible(lake, plan, conditions.label, conditions.end, assume_consent=assume_consent)
    free = eligible.join(find_held_back(lake, conditions.end), on="customer_id", how="anti")
    pair = rows.filter(pl.col("arm").is_in([gains.arm, plan.control])).sort("customer_id")
    model = make_estimators(gains.columns)[CHOSEN]()
    model.fit(gains.columns.build(pair), pair["outcome"].to_numpy(), (pair["arm"] == gains.arm).to_numpy())
    X = gains.columns.build(add_features(lake, free))
    low, high = model.predict_interval(X)
    chosen = free.select("customer_id").with_columns(
        pl.Series("uplift", model.predict(X)), pl.Series("low", low), pl.Series("high", high)
    )
    wanted = chosen if gains.use == "all" else chosen.filter(pl.col("uplift") > cost)
    return wanted.sort("uplift", "customer_id", descending=[True, False])
