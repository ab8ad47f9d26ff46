"""Rows to learn from: assigned customers with their outcome, and features as of the assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.examples.features import build
from lealtad.examples.features.storage.settings import read_catalog
from lealtad.experiments.assignment.storage import check_started
from lealtad.experiments.gains.columns import FEATURES, SCORES
from lealtad.experiments.outcomes.collection import collect_observations
from lealtad.experiments.outcomes.scores import read_latest_scores

if TYPE_CHECKING:
    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.planning.record import RecordedPlan
    from lealtad.lake import Lake


def read_gain_rows(lake: Lake, recorded: RecordedPlan, conditions: Conditions) -> pl.DataFrame:
    """Return one row per assigned customer whose outcome is known, with features as of the assignment.

    Returns
    -------
    `customer_id, arm, assigned_at, outcome` (0 or 1; above is better), the groups, features and scores.

    Raises
    ------
    SettingsError
        If the unit is the account, or the primary outcome is not a yes or no.
    LakeError
        If nobody was assigned.
    """
    plan = recorded.plan
    _check_plan(recorded)
    stored = check_started(lake, recorded.name)
    alone = stored.filter(pl.col("arm").n_unique().over("customer_id") == 1)
    assignments = alone.unique("customer_id", keep="first", maintain_order=True)
    only = plan.model_copy(update={"secondary": (), "guardrails": (), "covariate": "none", "touchpoint": None})
    observed = collect_observations(lake, only, assignments, conditions)
    name = plan.primary.name
    better = pl.col(name) if plan.primary.higher_is_better else 1.0 - pl.col(name)
    rows = observed.with_columns(customer_id="unit_id", outcome=better).drop_nulls("outcome")
    inside = rows.filter(pl.col("arm").is_in([arm.name for arm in plan.arms])).drop(name)
    return add_features(lake, inside)


def add_features(lake: Lake, rows: pl.DataFrame) -> pl.DataFrame:
    """Add what was known of each row's customer at its `assigned_at`: a few features, and the newest scores.

    Parameters
    ----------
    rows
        `customer_id, assigned_at`; any others stay.
    """
    catalog = [feature for feature in read_catalog(lake) if FEATURES & set(feature.columns)]
    dates = rows["assigned_at"].unique().sort().to_list()
    if catalog and dates:
        features = build(lake, dates, catalog)
        wanted = [name for name in features.columns if name in FEATURES]
        then = features.select(
            "customer_id", *wanted, assigned_at=pl.col("as_of").cast(rows.schema["assigned_at"])
        )
        rows = rows.join(then, on=["customer_id", "assigned_at"], how="left", maintain_order="left")
    return rows.with_columns(read_latest_scores(lake, kind, rows).alias(kind) for kind in SCORES)


def _check_plan(recorded: RecordedPlan) -> None:
    plan = recorded.plan
    if plan.unit != "customer":
        raise SettingsError(
            place=f"experiment '{recorded.name}'",
            expected="customers as units, because the effect is estimated for each customer",
            found="accounts",
            fix=f"Run lealtad experiment read {recorded.name}: it compares whole accounts.",
        )
    if not plan.primary.is_binary:
        raise SettingsError(
            place=f"experiment '{recorded.name}'",
            expected="a primary outcome of yes or no (conversion, retained, csat)",
            found=plan.primary.metric,
            fix=f"Run lealtad experiment read {recorded.name}: its segments show for whom {plan.primary.metric} "
            "changes.",
        )
