"""One row per listed customer, with everything that the team reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.experiments.assignment.storage import list_arms
from lealtad.worklist.columns import select_team_columns
from lealtad.worklist.customer_details import read_details
from lealtad.worklist.due_dates import compute_due_dates
from lealtad.worklist.place_changes import describe_changes
from lealtad.worklist.priority import assign_priority
from lealtad.worklist.stability import compare_ranks
from lealtad.worklist.wording import join_notes

if TYPE_CHECKING:
    from lealtad.company.model_definition import ModelDefinition
    from lealtad.kpis import BusinessCalendar
    from lealtad.lake import Lake
    from lealtad.worklist.decision import Decision
    from lealtad.worklist.night import Night
    from lealtad.worklist.reason_cache import ReasonCache

_TEAM_NAMES = {
    "probability": "churn_probability",
    "low": "churn_probability_low",
    "high": "churn_probability_high",
}


def build_team_rows(  # noqa: PLR0913, PLR0917 - what a row is made of
    lake: Lake,
    definition: ModelDefinition,
    night: Night,
    decision: Decision,
    why: ReasonCache,
    calendar: BusinessCalendar | None = None,
    *,
    by_baseline: bool = False,
) -> pl.DataFrame:
    """Return the list for the team, one row per customer in the order of contact, with codes instead of words.

    `columns.define_columns` explains each column; `calendar` holds the company's working hours; `by_baseline`
    states whether a baseline scored because no model has passed the gate.
    """
    rows = _join_knowledge(lake, night, decision.worklist_rows.sort("rank"), why)
    usual = night.candidates["probability"].drop_nulls().mean()
    measured = pl.col("saved_basis").is_in(["measured", "mixed"])
    described = rows.with_columns(
        assign_priority(pl.col("rank")).alias("band"),
        pl.lit(usual, pl.Float64).alias("usual_probability"),
        pl.Series("change_reason", describe_changes(rows, night, why), dtype=pl.String),
        pl.col("action").alias("suggested_action"),
        pl.col("saved_basis").alias("effect_basis"),
        pl.col("saved_share").alias("effect_share"),
        pl.when(measured).then(pl.col("churn_probability") * pl.col("saved")).alias("uplift"),
        _build_notes(definition, by_baseline=by_baseline),
    )
    return select_team_columns(described.with_columns(compute_due_dates(described, night.as_of, calendar)))


def _join_knowledge(lake: Lake, night: Night, listed: pl.DataFrame, why: ReasonCache) -> pl.DataFrame:
    """Add rank changes, details, reasons and experiment arms to the rows of a list."""
    customers = listed["customer_id"].to_list()
    before = night.previous.filter(pl.col("arm") == "treated").drop_nulls("rank")
    known = [
        compare_ranks(listed, before).drop("rank"),
        read_details(lake, night.as_of, customers),
        night.candidates.select("customer_id", "tenure_days"),
        why.describe(customers, listed["action"].to_list()),
    ]
    arms = list_arms(lake, night.as_of)
    rows = listed.rename(_TEAM_NAMES)
    for frame in [*known, arms] if arms.height else known:
        rows = rows.join(frame, on="customer_id", how="left", maintain_order="left")
    return rows


def _build_notes(definition: ModelDefinition, *, by_baseline: bool) -> pl.Expr:
    return join_notes(
        by_baseline=pl.lit(by_baseline),
        explored=pl.col("explored"),
        short_history=pl.col("tenure_days") < definition.value.lookback_days,
        consent_unknown=pl.col("consent").is_null(),
        no_value=pl.col("value_at_stake").is_null(),
        effect_assumed=pl.col("saved_basis").is_in(["prior", "assumed"]),
        answers_reason=pl.col("forgone_gain") > 0,
    )
