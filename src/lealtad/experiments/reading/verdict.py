"""The verdict of a read-out: what the figures allow to decide now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.experiments.plan import ExperimentPlan

Kind = Literal["sample_ratio", "waiting", "guardrail", "choose", "keep", "no_difference", "continue", "undecided"]


@dataclass(frozen=True)
class Verdict:
    """What to do.

    Attributes
    ----------
    kind
        - `sample_ratio`: arms are not as large as planned; no effect is shown.
        - `waiting`: no outcome is known in some arm.
        - `guardrail`: an outcome that must not become worse has become worse: stop the arm.
        - `choose`: the arm is better, sure enough to choose it.
        - `keep`: the arm is worse; keep the control.
        - `no_difference`: whatever the difference is, it is smaller than the effect worth finding.
        - `continue`: not sure yet, and the planned size is not reached.
        - `undecided`: the planned size is reached, and still not sure.
    arm
        Which arm is meant; empty if none is.
    outcome
        The primary outcome, or the guardrail.
    effect, low, high
        Its difference with the interval of the planned way of looking.
    loss
        Expected loss of choosing the arm, in the primary outcome's unit.
    days_early
        Days before the planned end.
    """

    kind: Kind
    arm: str = ""
    outcome: str = ""
    effect: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    loss: float = float("nan")
    days_early: int = 0


def reach_verdict(
    plan: ExperimentPlan,
    figures: pl.DataFrame,
    losses: Mapping[str, float],
    *,
    is_complete: bool,
    days_left: int = 0,
) -> Verdict:
    """Return the verdict of figures as `ReadOut.figures` holds them.

    Parameters
    ----------
    losses
        Expected loss by arm.
    is_complete
        Whether the planned number of outcomes is known. If the plan looks at the end only, nothing but a broken
        guardrail or sample ratio is decided before.
    days_left
        Days until the planned end.
    """
    primary = figures.filter(pl.col("role") == "primary")
    if primary.height < len(plan.treated):
        return Verdict("waiting", outcome=plan.primary.name)
    broken = figures.filter(pl.col("guarded") == "broken").sort("arm")
    if broken.height:
        return _build_verdict("guardrail", broken.row(0, named=True), plan, losses, 0)
    kind, row = _decide(plan, primary, is_complete=is_complete)
    is_early = kind in {"choose", "keep", "no_difference"}
    return _build_verdict(kind, row, plan, losses, days_left if is_early else 0)


def _decide(plan: ExperimentPlan, primary: pl.DataFrame, *, is_complete: bool) -> tuple[Kind, dict[str, Any]]:
    best = _find_best(plan, primary)
    if plan.looks == "end" and not is_complete:
        return "continue", best
    sign = 1.0 if plan.primary.higher_is_better else -1.0
    sure = primary.filter(pl.col("adjusted_p") < plan.level)
    better = sure.filter(pl.col("effect") * sign > 0)
    if better.height:
        return "choose", _find_best(plan, better)
    if sure.height == primary.height:
        return "keep", best
    if plan.effect is not None and all(_is_small(row, plan) for row in primary.iter_rows(named=True)):
        return "no_difference", best
    return ("undecided" if is_complete else "continue"), best


def select_interval(row: Mapping[str, Any], looks: str) -> tuple[float, float]:
    """Return the bounds of a figure for the planned way of looking."""
    names = ("always_low", "always_high") if looks == "any" else ("low", "high")
    return row[names[0]], row[names[1]]


def _find_best(plan: ExperimentPlan, rows: pl.DataFrame) -> dict[str, Any]:
    sign = 1.0 if plan.primary.higher_is_better else -1.0
    return rows.sort(pl.col("effect") * sign, "arm", descending=[True, False]).row(0, named=True)


def _is_small(row: Mapping[str, Any], plan: ExperimentPlan) -> bool:
    low, high = select_interval(row, plan.looks)
    limit = plan.effect or 0.0
    return -limit < low and high < limit


def _build_verdict(
    kind: Kind, row: Mapping[str, Any], plan: ExperimentPlan, losses: Mapping[str, float], days_early: int
) -> Verdict:
    low, high = select_interval(row, plan.looks)
    loss = losses.get(row["arm"], float("nan"))
    return Verdict(kind, row["arm"], row["outcome"], row["effect"], low, high, loss, max(days_early, 0))
