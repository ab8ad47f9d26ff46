"""Base rates: the recent level of an outcome without an experiment, and the variance that CUPED removes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.experiments.assignment.population import find_eligible
from lealtad.experiments.outcomes.collection import collect_observations
from lealtad.experiments.reading.covariate import examine_covariate

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.experiments.outcomes.measures import Conditions
    from lealtad.experiments.plan import ExperimentPlan
    from lealtad.lake import Lake

_LEAST = 100  # units with a known outcome
_ARRIVAL_DAYS = 28


@dataclass(frozen=True)
class BaseRate:
    """The primary outcome before the experiment.

    Attributes
    ----------
    as_of
        The day from which the outcome was measured: the latest one whose days are over.
    units, units_per_day
        Units that could take part now, and how many more become eligible a day.
    known
        Share of units whose outcome becomes known; for a survey, those who answer.
    mean, variance
        Moments of the outcome.
    removed
        Share of the variance that CUPED removes.
    covariate
        Whether the covariate can be used; see `CovariateHealth`.
    """

    as_of: datetime
    units: int
    units_per_day: float
    known: float
    mean: float
    variance: float
    removed: float
    covariate: str


def compute_base_rate(
    lake: Lake, plan: ExperimentPlan, conditions: Conditions, *, assume_consent: bool = False
) -> BaseRate:
    """Measure the primary outcome of the units that could have taken part one horizon ago.

    Parameters
    ----------
    conditions
        Definition of churn, end of the data, margin rate.

    Raises
    ------
    TooLittleDataError
        If fewer than 100 units have a known outcome.
    """
    label = conditions.label
    grace = label.outcome_days - label.horizon_days - label.lead_days if plan.primary.metric == "retained" else 0
    then = conditions.end - timedelta(days=plan.primary.horizon_days + grace)

    def find(day: datetime) -> pl.DataFrame:
        return find_eligible(lake, plan, label, day, assume_consent=assume_consent)

    only = plan.model_copy(update={"secondary": (), "guardrails": (), "touchpoint": None, "segments": ()})
    past = find(then)
    rows = collect_observations(lake, only, past.with_columns(arm=pl.lit(plan.control)), conditions)
    name = plan.primary.name
    values = rows[name].drop_nulls()
    if len(values) < _LEAST:
        raise TooLittleDataError(
            what=f"units whose '{plan.primary.metric}' is known from {then:%Y-%m-%d}",
            needed=_LEAST,
            found=len(values),
            fix="Widen the population, shorten horizon_days, or choose an outcome that more customers have. "
            "Without consent_contact in the data, set assume_consent = true under [worklist].",
        )
    health = examine_covariate(rows, name)
    now, before = find(conditions.end), find(conditions.end - timedelta(days=_ARRIVAL_DAYS))
    fresh = set(now["unit_id"]) - set(before["unit_id"])
    return BaseRate(
        then,
        now["unit_id"].n_unique(),
        len(fresh) / _ARRIVAL_DAYS,
        len(values) / rows.height,
        float(values.mean()),  # type: ignore[arg-type]
        float(values.var()),  # type: ignore[arg-type]
        health.removed if health.status == "used" else 0.0,
        health.status,
    )
