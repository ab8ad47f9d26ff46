"""The observations of an experiment: its assignments with outcomes, covariates, exposures and segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.experiments.outcomes.exposures import find_exposures
from lealtad.experiments.outcomes.measures import Conditions, check_tables, list_tables, measure_outcome
from lealtad.experiments.outcomes.scores import read_latest_scores
from lealtad.experiments.plan import PAST
from lealtad.experiments.reading.observations import COVARIATE

if TYPE_CHECKING:
    from lealtad.experiments.plan import ExperimentPlan, Outcome
    from lealtad.lake import Lake

_MEAN = ("customer_id", "unit_id", "arm")


def collect_observations(
    lake: Lake, plan: ExperimentPlan, assignments: pl.DataFrame, conditions: Conditions
) -> pl.DataFrame:
    """Return one row per unit with everything a read-out needs; memory holds one bucket of the lake at a time.

    Parameters
    ----------
    assignments
        `customer_id, unit_id, arm, assigned_at` and the columns of segments.
    conditions
        Definition of churn, end of the data, margin rate.

    Returns
    -------
    `unit_id, arm, assigned_at`, the outcomes by name, `covariate NAME` where there is one, `exposed_at` and
    `crossed_over` where the plan names a touchpoint, and the columns of segments. An account's outcomes are the
    means over its customers whose outcome is known.

    Raises
    ------
    LakeError
        If a table is missing that an outcome is measured from.
    """
    for outcome in plan.outcomes:
        check_tables(lake, outcome, conditions.label)
    place = lake.bucket_of(assignments["customer_id"])
    parts = [
        _collect_bucket(lake, bucket, plan, assignments.filter(place == bucket), conditions)
        for bucket in lake.buckets
    ]
    rows = pl.concat([part for part in parts if part.height] or parts[:1], how="diagonal_relaxed")
    return rows.drop("customer_id") if plan.unit == "customer" else _combine_accounts(rows)


def _collect_bucket(
    lake: Lake, bucket: int, plan: ExperimentPlan, rows: pl.DataFrame, conditions: Conditions
) -> pl.DataFrame:
    wanted = {name for outcome in plan.outcomes for name in list_tables(outcome, conditions.label)}
    retained = {name for o in plan.outcomes if o.metric == "retained" for name in list_tables(o, conditions.label)}
    current = {name: lake.read(name, bucket, as_of=conditions.end) for name in sorted(wanted)}
    history = {name: lake.history(name, bucket) for name in sorted(retained)}
    columns = []
    for outcome in plan.outcomes:
        tables = history if outcome.metric == "retained" else current
        columns.append(measure_outcome(tables, rows, outcome, conditions).alias(outcome.name))
        covariate = _find_covariate(lake, bucket, plan, outcome, rows, conditions, current)
        if covariate is not None:
            columns.append(covariate.alias(COVARIATE + outcome.name))
    collected = rows.with_columns(columns)
    if plan.touchpoint is None or not lake.has("touchpoints"):
        return collected
    touchpoints = current.get("touchpoints")
    shown_touchpoints = (
        lake.read("touchpoints", bucket, as_of=conditions.end) if touchpoints is None else touchpoints
    )
    return collected.with_columns(find_exposures(shown_touchpoints, rows, plan.touchpoint).get_columns())


def _find_covariate(  # noqa: PLR0913, PLR0917 - what a covariate may be read from
    lake: Lake,
    bucket: int,
    plan: ExperimentPlan,
    outcome: Outcome,
    rows: pl.DataFrame,
    conditions: Conditions,
    tables: dict[str, pl.DataFrame],
) -> pl.Series | None:
    """Return the covariate of CUPED: the past outcome, or the churn score if the outcome has no past."""
    if plan.covariate == "none":
        return None
    if plan.covariate == "past" and outcome.metric in PAST:
        return measure_outcome(tables, rows, outcome, conditions, before=True)
    kind = "churn" if plan.covariate == "past" else plan.covariate
    return read_latest_scores(lake, kind, rows, bucket)


def _combine_accounts(rows: pl.DataFrame) -> pl.DataFrame:
    firsts = [name for name in rows.columns if rows.schema[name] == pl.String and name not in _MEAN]
    numbers = [name for name in rows.columns if rows.schema[name].is_float()]
    clocks = [name for name in ("assigned_at", "exposed_at") if name in rows.columns]
    crossed = [pl.col(name).any() for name in ("crossed_over",) if name in rows.columns]
    return (
        rows.sort("unit_id", "customer_id")
        .group_by("unit_id", "arm", maintain_order=True)
        .agg(pl.col(firsts).first(), pl.col(numbers).sort().mean(), pl.col(clocks).min(), *crossed)
    )
