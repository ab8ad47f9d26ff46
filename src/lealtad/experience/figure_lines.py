"""One figure of a page in words, with a bar on its own range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.experience import figure_wording as wording
from lealtad.experience.figure_styles import DROP_OFF, find_look

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.experience.company_kpis.month_line import MonthLine


@dataclass(frozen=True)
class BarRange:
    """Interval, value and target as positions between 0 and 100 on the KPI's own range."""

    low: float
    high: float
    value: float
    target: float | None


@dataclass(frozen=True)
class FigureLine:
    """One figure in words; `number` is its value, for sorting, and `months` its line by month."""

    name: str
    asked: str
    value: str
    interval: str
    arrow: str
    trend: str
    direction: str
    target: str
    missed: bool
    range: BarRange | None
    number: float | None
    months: MonthLine | None = None


def build_line(figure: Mapping[str, Any], language: Language) -> FigureLine:
    """Build the line of a figure."""
    return FigureLine(
        name=wording.name_kpi(figure, language),
        asked=wording.describe_question(figure, language),
        value=wording.format_value(figure["kpi"], figure["value"], language),
        interval=wording.format_interval(figure, language),
        arrow=wording.pick_arrow(figure),
        trend=wording.describe_trend(figure, language),
        direction=figure["trend"] or "",
        target=wording.describe_target(figure, language) if figure["target"] is not None else "",
        missed=bool(figure["alert"]),
        range=_compute_range(figure),
        number=figure["value"],
    )


def _compute_range(figure: Mapping[str, Any]) -> BarRange | None:
    numbers = [figure[name] for name in ("low", "high", "value")]
    if None in numbers or figure["kpi"] == DROP_OFF:
        return None
    least, most = _find_span(figure)
    low, high, value = (_compute_position(number, least, most) for number in numbers)
    target = None if figure["target"] is None else _compute_position(figure["target"], least, most)
    return BarRange(low, high, value, target)


def _find_span(figure: Mapping[str, Any]) -> tuple[float, float]:
    look = find_look(figure["kpi"])
    if look.span is not None:
        return look.span
    if look.unit == "score":
        return figure["scale_min"], figure["scale_max"]
    # waits are unbounded: use twice the target, or the interval if that is longer
    return 0.0, max(figure["high"], 2 * (figure["target"] or 0.0))


def _compute_position(number: float, least: float, most: float) -> float:
    share = (number - least) / (most - least) if most > least else 0.0
    return round(100 * min(max(share, 0.0), 1.0), 1)
