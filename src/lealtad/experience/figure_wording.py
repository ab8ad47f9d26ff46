"""The figures of the pages in words: names, values with their unit, intervals, trends, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.experience.figure_styles import find_look
from lealtad.kpis.registry import list_measures

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language


def name_kpi(figure: Mapping[str, Any], language: Language) -> str:
    """Name a KPI, and the survey where it has one.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> name_kpi({"kpi": "response_rate", "metric": "nps"}, Language.from_code("es"))
    'NPS respondidas'
    """
    words = find_look(figure["kpi"]).words[language.code]
    if words.survey_name and figure.get("metric"):
        return words.survey_name.format(survey=str(figure["metric"]).upper())
    return words.name


def describe_question(figure: Mapping[str, Any], language: Language) -> str:
    """Describe the survey question: kind and scale; empty if the KPI has no survey."""
    _ = language.translate
    if figure["kpi"] not in {measure.name for measure in list_measures() if measure.survey}:
        return ""
    kind = {"relational": _("relationship"), "transactional": _("after a contact")}[figure["kind"]]
    scale = f"{figure['scale_min']:.0f}–{figure['scale_max']:.0f}"
    if figure["higher_is_easier"] is None:
        return f"{kind}, {scale}"
    easy = figure["scale_max"] if figure["higher_is_easier"] else figure["scale_min"]
    return _("{kind}, {scale}, {easy} is easy", kind=kind, scale=scale, easy=f"{easy:.0f}")


def format_value(kpi: str, value: float | None, language: Language) -> str:
    """Format a value of a KPI with its unit; a dash without a value."""
    if value is None:
        return "–"
    look = find_look(kpi)
    if look.unit == "share":
        return language.percent(value, look.decimals)
    if look.unit == "hours":
        return language.translate("{hours} h", hours=language.decimal(value, look.decimals))
    if look.unit == "points":
        return format_points(value, language)
    if look.unit == "money":
        return language.money(value)
    return language.decimal(value, look.decimals) if look.decimals else language.number(value)


def format_points(value: float, language: Language) -> str:
    """Format points of an NPS, as whole numbers."""
    return language.number(round(value))


def format_interval(figure: Mapping[str, Any], language: Language) -> str:
    """Format the 95 % interval and n; an interval may be open if too few waits have ended."""
    _ = language.translate
    low, high = (format_value(figure["kpi"], figure[end], language) for end in ("low", "high"))
    n = language.number(figure["n"])
    if figure["value"] is None:
        return _("too few have ended for a figure, n = {n}", n=n)
    if figure["low"] is None and figure["high"] is None:
        return _("no interval, n = {n}", n=n)
    if figure["high"] is None:
        return _("{low} or more, n = {n}", low=low, n=n)
    return _("{low} to {high}, n = {n}", low=low, high=high, n=n)


def describe_trend(figure: Mapping[str, Any], language: Language) -> str:
    """Describe the change since the previous window; empty without a previous value."""
    _ = language.translate
    if figure["trend"] is None:
        return ""
    before = format_value(figure["kpi"], figure["previous"], language)
    return {
        "better": _("better, was {before}", before=before),
        "worse": _("worse, was {before}", before=before),
        "unclear": _("no clear change, was {before}", before=before),
    }[figure["trend"]]


def describe_target(figure: Mapping[str, Any], language: Language) -> str:
    """Describe the target as a minimum or a maximum."""
    _ = language.translate
    target = format_value(figure["kpi"], figure["target"], language)
    if is_higher_better(figure):
        return _("target: at least {target}", target=target)
    return _("target: at most {target}", target=target)


def is_higher_better(figure: Mapping[str, Any]) -> bool:
    """Return whether higher values are better; they are not for effort on a scale where 1 is easy."""
    return find_look(figure["kpi"]).is_higher_better and figure["higher_is_easier"] is not False


def pick_arrow(figure: Mapping[str, Any]) -> str:
    """Return an arrow for the direction of the change, to show next to the words."""
    if figure["trend"] in (None, "unclear"):
        return ""
    return "▲" if figure["value"] > figure["previous"] else "▼"
