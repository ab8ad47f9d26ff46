"""The state of one experiment on a day: everything that its page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experiments.assignment.storage import check_started, read_assignments
from lealtad.experiments.contamination import count_contamination
from lealtad.experiments.decay import (
    EffectDecay,
    SavedOrDelayed,
    compute_survival_difference,
    count_weeks,
    estimate_decay,
    find_silence,
    judge_survival,
    read_contact_times,
)
from lealtad.experiments.outcomes.collection import collect_observations
from lealtad.experiments.reading.observations import GLOBAL_HOLDOUT
from lealtad.experiments.reading.read_out import ReadOut, read_observations

if TYPE_CHECKING:
    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.planning.record import RecordedPlan
    from lealtad.lake import Lake

MOST_WEEKS = 26
_LEAST_LEFT = 20
_LEAST_FOLLOWED = 0.2  # share of an arm's customers; weeks that fewer have completed are not judged


@dataclass(frozen=True)
class Survival:
    """Survival of one treated arm week by week.

    Attributes
    ----------
    curve
        As `compute_survival_difference` returns it.
    """

    arm: str
    curve: pl.DataFrame
    verdict: SavedOrDelayed
    decay: EffectDecay


@dataclass(frozen=True)
class ExperimentState:
    """One experiment as of a day.

    Attributes
    ----------
    as_of
        The end of the data.
    ends
        The day on which the last planned outcome is known.
    survival
        By treated arm; empty if the model predicts no churn, or too few customers churned.
    contamination
        As `count_contamination` returns it.
    silence_days
        How long a silence counts as churn, in days; None if contracts end.
    """

    recorded: RecordedPlan
    as_of: datetime
    ends: datetime
    read_out: ReadOut
    survival: tuple[Survival, ...]
    contamination: pl.DataFrame
    silence_days: int | None = None


def read_experiment(lake: Lake, recorded: RecordedPlan, conditions: Conditions) -> ExperimentState:
    """Read one experiment.

    Raises
    ------
    LakeError
        If nobody was assigned, or a table is missing.
    DataError
        See `check_observations`.
    """
    plan, as_of = recorded.plan, conditions.end
    stored = check_started(lake, recorded.name)
    alone = stored.filter(pl.col("arm").n_unique().over("customer_id") == 1)
    assignments = alone.unique("customer_id", keep="first", maintain_order=True)
    ends = _find_end(recorded, stored, conditions)
    observations = collect_observations(lake, plan, assignments, conditions)
    planned = _find_planned_units(recorded, observations, is_over=as_of >= ends)
    read_out = read_observations(observations, plan, planned_n=planned, days_left=max((ends - as_of).days, 0))
    others = read_assignments(lake).filter(
        pl.col("experiment") != recorded.name, pl.col("arm") != GLOBAL_HOLDOUT, pl.col("layer") != plan.layer
    )
    contamination = count_contamination(lake, stored, observations, others)
    survival = (
        () if read_out.verdict.kind == "sample_ratio" else _follow_arms(lake, recorded, assignments, conditions)
    )
    silence = find_silence(conditions.label)
    return ExperimentState(recorded, as_of, ends, read_out, survival, contamination, silence)


def _find_end(recorded: RecordedPlan, stored: pl.DataFrame, conditions: Conditions) -> datetime:
    label, plan = conditions.label, recorded.plan
    grace = label.outcome_days - label.horizon_days - label.lead_days if plan.primary.metric == "retained" else 0
    moments: list[datetime] = stored["assigned_at"].unique().sort().to_list()
    enrolled = max(moments[0] + timedelta(days=plan.days), moments[-1])
    return enrolled + timedelta(days=plan.primary.horizon_days + grace)


def _find_planned_units(recorded: RecordedPlan, observations: pl.DataFrame, *, is_over: bool) -> float:
    """Return the number of units whose outcomes the plan awaits: those it needs, or all if no more will come."""
    outcome_name = recorded.plan.primary.name
    if is_over:
        return float(max(observations[outcome_name].drop_nulls().len(), 1))
    inside = observations.filter(pl.col("arm") != GLOBAL_HOLDOUT).height
    share_known = recorded.size.get("base", {}).get("known", 1.0)
    needed = recorded.size.get("units_needed") or max(inside, recorded.size.get("units", 0))
    return float(max(min(needed, max(inside, recorded.size.get("units", 0))) * share_known, 1.0))


def _follow_arms(
    lake: Lake, recorded: RecordedPlan, assignments: pl.DataFrame, conditions: Conditions
) -> tuple[Survival, ...]:
    plan = recorded.plan
    followed = []
    for arm in plan.treated:
        pair = assignments.filter(pl.col("arm").is_in([plan.control, arm]))
        times = read_contact_times(lake, pair.with_columns(treated=pl.col("arm") == arm), conditions)
        survival = follow_customers(times, arm)
        if survival is not None:
            followed.append(survival)
    return tuple(followed)


def follow_customers(times: pl.DataFrame, arm: str) -> Survival | None:
    """Return the survival of customers week by week; None if fewer than 20 churned, or no week is over.

    Parameters
    ----------
    times
        As `read_contact_times` returns them.
    """
    weekly = count_weeks(times, MOST_WEEKS) if times.height else times
    if weekly.is_empty() or "left" not in weekly.columns or weekly["left"].sum() < _LEAST_LEFT:
        return None
    # the last weeks have few customers, so their result would be chance
    followed = pl.col("at_risk") >= (pl.col("at_risk").max().over("treated") * _LEAST_FOLLOWED)
    whole = weekly.filter(followed.all().over("week"), (pl.col("at_risk") > 0).all().over("week"))
    if whole.is_empty() or whole["treated"].n_unique() < 2:  # noqa: PLR2004 - both arms
        return None
    return Survival(arm, compute_survival_difference(whole), judge_survival(whole), estimate_decay(whole))
