"""How large and how long an experiment is, and what it can show."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from lealtad.base.errors import TooLittleDataError
from lealtad.experiments.planning.power import compute_power, find_detectable_effect, find_sample_size

if TYPE_CHECKING:
    from lealtad.experiments.plan import ExperimentPlan
    from lealtad.experiments.planning.base_rates import BaseRate

_ROUNDING = 0.005
_MOST_DAYS = 730


@dataclass(frozen=True)
class PlanSize:
    """The size of an experiment.

    Attributes
    ----------
    units
        Units that will be assigned: the current ones, and those who join during enrolment.
    units_needed, units_needed_without_covariate
        Units of all arms that `effect` needs, with CUPED and without; null if the plan names no effect.
    enrolment_days, total_days
        Days until the needed units are enrolled, and until their outcomes are known too. Null if not enough
        customers arrive within two years.
    detectable
        The smallest difference that those units show with the plan's power.
    power
        The chance that `effect` is found; null if the plan names none.
    relative
        `detectable` over the mean; for `retained` over the share that churns, so that it is the smallest γ.
    """

    units: int
    units_needed: int | None
    units_needed_without_covariate: int | None
    enrolment_days: int | None
    total_days: int | None
    detectable: float
    power: float | None
    relative: float


def size_plan(plan: ExperimentPlan, base: BaseRate) -> PlanSize:
    """Return how large and how long an experiment is.

    Notes
    -----
    The level is shared among all comparisons of arms and outcomes, as in the first step of Holm's procedure. The
    smallest treated arm decides. A share that the effect moves towards one half varies more. Units whose outcome
    never becomes known do not count.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.experiments.planning.base_rates import BaseRate
    >>> from lealtad.experiments.plan import Arm, ExperimentPlan, Outcome
    >>> plan = ExperimentPlan(arms=(Arm(name="A", control=True), Arm(name="B")), effect=0.02, looks="end",
    ...                       primary=Outcome(metric="conversion"))
    >>> base = BaseRate(datetime(2026, 1, 1, tzinfo=UTC), 9000, 10.0, 1.0, 0.1, 0.09, 0.0, "used")
    >>> size = size_plan(plan, base)
    >>> size.units_needed, size.total_days, round(size.detectable, 4)
    (7679, 28, 0.0185)
    """
    smallest = min(plan.shares[arm] for arm in plan.treated)
    pair = plan.shares[plan.control] + smallest
    ratio = smallest / plan.shares[plan.control]
    level = plan.level / (len(plan.treated) * (1 + len(plan.secondary)))
    spread = _widen(plan, base)
    variance = spread * (1 - base.removed)
    taking_part = plan.share * (1 - plan.global_holdout)
    units = (base.units + base.units_per_day * plan.days) * taking_part
    any_look = plan.looks == "any"
    informative = max(units * pair * base.known, 4.0)
    detectable = find_detectable_effect(
        informative, variance, plan.power, ratio=ratio, level=level, any_look=any_look
    )
    scale = 1 - base.mean if plan.primary.metric == "retained" else abs(base.mean)
    relative = detectable / scale if scale > 0 else float("nan")
    if plan.effect is None:
        days = plan.days
        return PlanSize(int(units), None, None, days, days + plan.primary.horizon_days, detectable, None, relative)
    needed, plain = (
        ceil(
            find_sample_size(plan.effect, spread_of_arm, plan.power, ratio=ratio, level=level, any_look=any_look)
            / (pair * base.known)
        )
        for spread_of_arm in (variance, spread)
    )
    power = compute_power(plan.effect, variance, informative, ratio=ratio, level=level, any_look=any_look)
    enrolment = _count_days(needed / taking_part, base)
    total = None if enrolment is None else enrolment + plan.primary.horizon_days
    return PlanSize(int(units), needed, plain, enrolment, total, detectable, power, relative)


def check_power(plan: ExperimentPlan, size: PlanSize) -> None:
    """Refuse an experiment that would probably not find the effect it looks for.

    Raises
    ------
    TooLittleDataError
        If the power is below that of the plan.
    """
    if size.power is None or size.power >= plan.power - _ROUNDING:
        return
    longer = (
        f"Enrol for {size.enrolment_days} days (days = {size.enrolment_days})"
        if size.enrolment_days is not None
        else "Wait for more customers"
    )
    raise TooLittleDataError(
        what=f"units for an effect of {plan.effect:g} with power {plan.power:.0%} (now {size.power:.0%})",
        needed=size.units_needed or 0,
        found=size.units,
        fix=f"{longer}, look for an effect of {size.detectable:.3g}, or pass --override-power with the reason.",
    )


def _widen(plan: ExperimentPlan, base: BaseRate) -> float:
    """Return the variance of both arms together: a share that moves towards one half varies more."""
    if not plan.primary.is_binary or plan.effect is None:
        return base.variance
    moved = [min(max(base.mean + side * plan.effect, 0.0), 1.0) for side in (1, -1)]
    return (base.variance + max(base.variance, *(share * (1 - share) for share in moved))) / 2


def _count_days(needed: float, base: BaseRate) -> int | None:
    missing = needed - base.units
    if missing <= 0:
        return 0
    days = missing / base.units_per_day if base.units_per_day > 0 else float("inf")
    return ceil(days) if days <= _MOST_DAYS else None
