"""The figures of the journey map in words: names, values with their unit, intervals, trends, targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.base.stage_and_channel_names import translate_name
from lealtad.experience.journey.mapping import HIGHER_IS_BETTER
from lealtad.experience.journey.places import TICKET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language

Figure = "Mapping[str, Any]"
_HOURS = ("first_response_time", "resolution_time")
_SHARES = ("csat", "response_rate", "sla_breach_share", "drop_off")
_POINTS = {"nps": 0, "ces": 2}


def name_stage(stage: str, language: Language) -> str:
    """Name a stage."""
    _ = language.translate
    return {
        "awareness": _("Awareness"),
        "consideration": _("Consideration"),
        "purchase": _("Purchase"),
        "service": _("Service"),
        "loyalty": _("Loyalty"),
        "advocacy": _("Advocacy"),
    }[stage]


def name_touchpoint(touchpoint: str, channel: str, language: Language) -> str:
    """Name a touchpoint as the settings do, else by its code with spaces for underscores.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> name_touchpoint("web_checkout", "web", Language.from_code("en"))
    'Web checkout'
    >>> name_touchpoint("ticket", "phone", Language.from_code("es"))
    'Tickets por teléfono'
    """
    if (name := language.name("touchpoints", touchpoint)) is not None:
        return name
    if touchpoint == TICKET:
        return language.translate("Tickets by {channel}", channel=translate_name(channel, language.code))
    words = touchpoint.replace("_", " ")
    return words[:1].upper() + words[1:]


def name_owners(owners: str | None, language: Language) -> str:
    """Name owners, parted by commas; those whom the settings do not name by their code.

    Examples
    --------
    >>> from lealtad.base.language import Language
    >>> name_owners("store, it", Language.from_code("es", names={"es": {"owners": {"store": "Tiendas"}}}))
    'Tiendas, it'
    """
    return ", ".join(language.name("owners", owner) or owner for owner in (owners or "").split(", "))


def name_kpi(figure: Mapping[str, Any], language: Language) -> str:
    """Name a KPI, and the survey where it has one."""
    _ = language.translate
    names = {
        "volume": _("Volume"),
        "nps": "NPS",
        "csat": "CSAT",
        "ces": "CES",
        "first_response_time": _("First response"),
        "resolution_time": _("Resolution"),
        "sla_breach_share": _("Past promised reply"),
        "drop_off": _("Drop-off"),
    }
    if figure["kpi"] == "response_rate":
        return _("{survey} answered", survey=str(figure["metric"]).upper())
    return names[figure["kpi"]]


def describe_question(figure: Mapping[str, Any], language: Language) -> str:
    """Say what was asked: kind and scale; nothing where no survey asked."""
    _ = language.translate
    if figure["kpi"] not in _SURVEYED:
        return ""
    kind = {"relational": _("relationship"), "transactional": _("after a contact")}[figure["kind"]]
    scale = f"{figure['scale_min']:.0f}–{figure['scale_max']:.0f}"
    if figure["higher_is_easier"] is None:
        return f"{kind}, {scale}"
    easy = figure["scale_max"] if figure["higher_is_easier"] else figure["scale_min"]
    return _("{kind}, {scale}, {easy} is easy", kind=kind, scale=scale, easy=f"{easy:.0f}")


_SURVEYED = ("nps", "csat", "ces")


def format_value(kpi: str, value: float | None, language: Language) -> str:
    """Write a value of a KPI with its unit; a dash where there is none."""
    if value is None:
        return "–"
    if kpi in _SHARES:
        return language.percent(value, 1 if kpi == "drop_off" else 0)
    if kpi in _HOURS:
        return language.translate("{hours} h", hours=language.decimal(value, 1))
    if kpi in _POINTS:
        return language.decimal(value, _POINTS[kpi]) if _POINTS[kpi] else language.number(round(value))
    return language.number(value)


def format_interval(figure: Mapping[str, Any], language: Language) -> str:
    """Write the 95 % interval and n; an interval may be open where too few waits have ended."""
    _ = language.translate
    low, high = (format_value(figure["kpi"], figure[end], language) for end in ("low", "high"))
    n = language.number(figure["n"])
    if figure["value"] is None:
        return _("too few have ended to say, n = {n}", n=n)
    if figure["low"] is None and figure["high"] is None:
        return _("no interval, n = {n}", n=n)
    if figure["high"] is None:
        return _("{low} or more, n = {n}", low=low, n=n)
    return _("{low} to {high}, n = {n}", low=low, high=high, n=n)


def describe_trend(figure: Mapping[str, Any], language: Language) -> str:
    """Say how the value compares with the window before; nothing where there is nothing to compare."""
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
    """Say the target: at least so much, or at most so much."""
    _ = language.translate
    target = format_value(figure["kpi"], figure["target"], language)
    if is_higher_better(figure):
        return _("target: at least {target}", target=target)
    return _("target: at most {target}", target=target)


def is_higher_better(figure: Mapping[str, Any]) -> bool:
    """Say whether more of the KPI is better; effort on a scale where 1 is easy is not."""
    return figure["kpi"] in HIGHER_IS_BETTER and figure["higher_is_easier"] is not False


def pick_arrow(figure: Mapping[str, Any]) -> str:
    """Return where the value went: an arrow beside the words, never instead of them."""
    if figure["trend"] in (None, "unclear"):
        return ""
    return "▲" if figure["value"] > figure["previous"] else "▼"


def describe_initiator(customer_share: float, language: Language) -> str:
    """Say who starts the contacts."""
    _ = language.translate
    if customer_share == 1:
        return _("started by the customer")
    if customer_share == 0:
        return _("started by the company")
    return _("{share} started by the customer", share=language.percent(customer_share))
