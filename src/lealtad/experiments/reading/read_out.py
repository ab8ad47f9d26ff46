"""One read-out: arms, checks, differences by outcome and arm, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experiments.reading.compliers import ComplierEffect, estimate_complier_effect
from lealtad.experiments.reading.confidence_sequence import compute_confidence_sequence
from lealtad.experiments.reading.covariate import CovariateHealth, examine_covariate, fill_covariates
from lealtad.experiments.reading.difference import compare_means, compare_proportions
from lealtad.experiments.reading.expected_loss import compute_expected_losses
from lealtad.experiments.reading.holm import adjust_holm
from lealtad.experiments.reading.moments import ArmMoments, compute_moments
from lealtad.experiments.reading.observations import COVARIATE, GLOBAL_HOLDOUT, check_observations
from lealtad.experiments.reading.sample_ratio import TRUSTED_FROM, compute_sample_ratio
from lealtad.experiments.reading.segments import compare_segments
from lealtad.experiments.reading.verdict import Verdict, reach_verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.experiments.plan import ExperimentPlan, Outcome

_HALF = 0.5  # of a unit: planned sizes are rounded
_LEAST_UNITS, _LEAST_EVENTS = 50, 5.0  # of an arm, before a look is reported
_NUMBERS = ("control", "treated", "effect", "low", "high", "always_low", "always_high", "p_value", "adjusted_p")
FIGURES = {
    "outcome": pl.String,
    "role": pl.String,
    "arm": pl.String,
    "n": pl.Int64,
    **dict.fromkeys(_NUMBERS, pl.Float64),
    "guarded": pl.String,
}


@dataclass(frozen=True)
class ReadOut:
    """The read-out of an experiment.

    Attributes
    ----------
    assigned, observed
        By arm, the units, and those whose primary outcome is known; the others are censored and count nowhere.
    sample_ratio
        p-value of the arm sizes; below .001 there are no figures.
    figures
        One row per outcome and treated arm: `outcome, role` (primary, secondary, guardrail), `arm, n, control,
        treated, effect, low, high` (one look at the end), `always_low, always_high` (any look), `p_value` (of the
        planned analysis), `adjusted_p` (Holm, over arms and outcomes but guardrails), `guarded` (safe, unclear or
        broken; null for other outcomes).
    covariates
        By outcome, the health of its covariate.
    compliers
        By arm, the effect on customers whom the message reached; empty if no exposure is known.
    segments
        By segment column and arm, the primary effect; see `compare_segments`.
    losses
        By arm, the expected loss of choosing it, in the primary outcome's unit.
    """

    assigned: Mapping[str, int]
    observed: Mapping[str, int]
    sample_ratio: float
    figures: pl.DataFrame
    verdict: Verdict
    covariates: Mapping[str, CovariateHealth] = field(default_factory=dict)
    compliers: Mapping[str, ComplierEffect] = field(default_factory=dict)
    segments: pl.DataFrame = field(default_factory=pl.DataFrame)
    losses: Mapping[str, float] = field(default_factory=dict)


def read_observations(
    rows: pl.DataFrame, plan: ExperimentPlan, *, planned_n: float | None = None, days_left: int = 0
) -> ReadOut:
    """Compute the read-out of an experiment.

    Parameters
    ----------
    rows
        One row per unit: `unit_id, arm` and a column per outcome of the plan (null: not observed yet). Perhaps
        `covariate NAME`, `assigned_at, exposed_at` (null: not exposed) and the columns of segments.
    planned_n
        Units of all arms that the plan needs; None takes the assigned ones.
    days_left
        Days until the planned end.

    Raises
    ------
    DataError
        See `check_observations`.

    Examples
    --------
    >>> from lealtad.experiments.plan import Arm, ExperimentPlan, Outcome
    >>> plan = ExperimentPlan(arms=(Arm(name="A", control=True), Arm(name="B")), covariate="none",
    ...                       primary=Outcome(metric="conversion"))
    >>> rows = pl.DataFrame({"unit_id": range(4000), "arm": ["A", "B"] * 2000,
    ...                      "conversion_28d": [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0] * 500})
    >>> made = read_observations(rows, plan)
    >>> made.verdict.kind, made.verdict.arm, round(made.verdict.effect, 2)
    ('choose', 'B', 0.25)
    """
    check_observations(rows, plan)
    inside = rows.filter(pl.col("arm") != GLOBAL_HOLDOUT)
    assigned, observed = (_count_arms(part, plan) for part in (inside, inside.drop_nulls(plan.primary.name)))
    ratio = compute_sample_ratio(assigned, plan.shares)
    if ratio < TRUSTED_FROM:
        return ReadOut(assigned, observed, ratio, pl.DataFrame(schema=FIGURES), Verdict("sample_ratio"))
    names = [outcome.name for outcome in plan.outcomes if outcome.name in rows.columns]
    health = {name: examine_covariate(inside, name) for name in names}
    used = {name: COVARIATE + name for name in names if health[name].status == "used"}
    moments = compute_moments(fill_covariates(inside, names), names, used)
    planned = planned_n or float(inside.height)
    figures = _build_figures(plan, moments, planned)
    losses = _compute_losses(plan, moments[plan.primary.name])
    is_complete = sum(observed.values()) >= planned - _HALF
    verdict = reach_verdict(plan, figures, losses, is_complete=is_complete, days_left=days_left)
    return ReadOut(
        assigned,
        observed,
        ratio,
        figures,
        verdict,
        health,
        _estimate_compliers(inside, plan),
        _compare_segments(inside, plan),
        losses,
    )


def _count_arms(rows: pl.DataFrame, plan: ExperimentPlan) -> dict[str, int]:
    counts = dict(rows.group_by("arm").len().iter_rows())
    return {arm.name: counts.get(arm.name, 0) for arm in plan.arms}


def _build_figures(
    plan: ExperimentPlan, moments: Mapping[str, Mapping[str, ArmMoments]], planned: float
) -> pl.DataFrame:
    roles = {outcome.name: "secondary" for outcome in plan.secondary}
    roles |= {plan.primary.name: "primary"} | {outcome.name: "guardrail" for outcome in plan.guardrails}
    figures = []
    for outcome in plan.outcomes:
        arms = moments.get(outcome.name, {})
        for arm in plan.treated:
            if min((arms[name].n if name in arms else 0) for name in (plan.control, arm)) > 1:
                share = plan.shares[plan.control] + plan.shares[arm]
                row = _compare(plan, outcome, arms[plan.control], arms[arm], planned * share)
                figures.append({"outcome": outcome.name, "role": roles[outcome.name], "arm": arm, **row})
    table = pl.DataFrame(figures, {name: kind for name, kind in FIGURES.items() if name != "adjusted_p"})
    tested = [
        p if role != "guardrail" else float("nan") for p, role in table.select("p_value", "role").iter_rows()
    ]
    adjusted = pl.Series("adjusted_p", adjust_holm(tested), dtype=pl.Float64).fill_nan(None)
    return table.with_columns(adjusted).select(*FIGURES)


def _compare(
    plan: ExperimentPlan, outcome: Outcome, control: ArmMoments, treated: ArmMoments, planned: float
) -> dict[str, object]:
    has_covariate = control.covariate_variance > 0 or treated.covariate_variance > 0
    compare = compare_proportions if outcome.is_binary and not has_covariate else compare_means
    difference = compare(control, treated, plan.level)
    error = difference.standard_error if _is_readable(outcome, control, treated) else 0.0
    always = compute_confidence_sequence(difference.effect, error, difference.n, max(planned, 1.0), plan.level)
    any_look = plan.looks == "any"
    ends = (always[0], always[1]) if any_look else (difference.low, difference.high)
    return {
        "n": difference.n,
        "control": difference.control,
        "treated": difference.treated,
        "effect": difference.effect,
        "low": difference.low,
        "high": difference.high,
        "always_low": always[0],
        "always_high": always[1],
        "p_value": always[2] if any_look else difference.p_value,
        "guarded": _judge_guardrail(outcome, *ends),
    }


def _is_readable(outcome: Outcome, control: ArmMoments, treated: ArmMoments) -> bool:
    """Return whether an arm is large enough that its variance can be trusted at a look."""
    if min(control.n, treated.n) < _LEAST_UNITS:
        return False
    if not outcome.is_binary:
        return True
    return min(min(arm.mean, 1 - arm.mean) * arm.n for arm in (control, treated)) >= _LEAST_EVENTS


def _judge_guardrail(outcome: Outcome, low: float, high: float) -> str | None:
    worst = getattr(outcome, "worst", None)
    if worst is None:
        return None
    gain_low, gain_high = (low, high) if outcome.higher_is_better else (-high, -low)
    if gain_high < -worst:
        return "broken"
    return "safe" if gain_low > -worst else "unclear"


def _compute_losses(plan: ExperimentPlan, arms: Mapping[str, ArmMoments]) -> dict[str, float]:
    known_arms = {name: arm for name, arm in arms.items() if arm.n > 1}
    if len(known_arms) < len(plan.arms):
        return {}
    total = sum(list(known_arms.values())[1:], start=next(iter(known_arms.values())))
    slope = total.covariance / total.covariate_variance if total.covariate_variance > 0 else 0.0
    adjusted = {arm.name: known_arms[arm.name].adjust(slope, total.covariate_mean) for arm in plan.arms}
    means = {name: (arm.mean, sqrt(arm.variance / arm.n)) for name, arm in adjusted.items()}
    return compute_expected_losses(means, higher_is_better=plan.primary.higher_is_better)


def _estimate_compliers(rows: pl.DataFrame, plan: ExperimentPlan) -> dict[str, ComplierEffect]:
    if "exposed_at" not in rows.columns or rows["exposed_at"].null_count() == rows.height:
        return {}
    observed_rows = rows.drop_nulls(plan.primary.name)
    effects = {}
    for arm in plan.treated:
        pair = observed_rows.filter(pl.col("arm").is_in([plan.control, arm]))
        treated = (pair["arm"] == arm).to_numpy()
        if min(int(treated.sum()), int(np.sum(~treated))) > 1:
            outcome = pair[plan.primary.name].cast(pl.Float64).to_numpy()
            exposed = pair["exposed_at"].is_not_null().to_numpy()
            effects[arm] = estimate_complier_effect(outcome, exposed, treated, plan.level)
    return effects


def _compare_segments(rows: pl.DataFrame, plan: ExperimentPlan) -> pl.DataFrame:
    parts = [
        compare_segments(rows, plan.primary.name, column, plan.control, arm).with_columns(
            pl.lit(column).alias("column"), pl.lit(arm).alias("arm")
        )
        for column in plan.segments
        if column in rows.columns
        for arm in plan.treated
    ]
    return pl.concat(parts) if parts else pl.DataFrame()
