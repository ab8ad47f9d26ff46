"""Alerts in words: what changed, the owner, and the page to open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lealtad.experience.alerts.budget import DRIVER, MISS, QUEUE, THEME
from lealtad.experience.drivers.wording import name_driver_in_words
from lealtad.experience.figure_wording import describe_target, format_interval, format_value, name_kpi
from lealtad.experience.journey.wording import name_owners, name_touchpoint
from lealtad.experience.listening import Taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.experience.alerts.ledger import Alert


@dataclass(frozen=True)
class AlertWords:
    """An alert in words.

    Attributes
    ----------
    sentence
        What changed.
    owner
        Its owner.
    page
        The page to open.
    """

    key: str
    kind: str
    sentence: str
    owner: str
    page: str
    raised: str
    closed: str


_PAGES = {MISS: "journey.html", THEME: "listening.html", DRIVER: "drivers.html", QUEUE: "kpis.html"}


def describe_alert(alert: Alert, language: Language) -> AlertWords:
    """Describe an alert in words, for the page and the mail.

    Parameters
    ----------
    alert
        An open or closed alert of the ledger.
    language
        The language of the words, numbers and dates.

    Returns
    -------
    Kind, sentence and owner in words, the page that shows more, and the dates; the date of closing is empty while
    the alert is open.
    """
    _ = language.translate
    describe = {MISS: _describe_miss, THEME: _describe_theme, DRIVER: _describe_driver, QUEUE: _describe_queue}
    is_company = alert.kind == MISS and alert.values.get("touchpoint") is None
    return AlertWords(
        alert.key,
        name_kind(alert.kind, language),
        describe[alert.kind](alert, language),
        _name_owner(alert, language, is_company=is_company),
        "kpis.html" if is_company else _PAGES[alert.kind],
        language.date(alert.raised_at),
        language.date(alert.closed_at) if alert.closed_at else "",
    )


def _name_owner(alert: Alert, language: Language, *, is_company: bool) -> str:
    _ = language.translate
    if alert.owner:
        return name_owners(alert.owner, language)
    return _("the company as a whole") if is_company else _("no owner")


def name_kind(kind: str, language: Language) -> str:
    """Name a kind of alert."""
    _ = language.translate
    return {
        MISS: _("Target missed"),
        THEME: _("Emerging theme"),
        DRIVER: _("Driver worsens"),
        QUEUE: _("Queue grows"),
    }[kind]


def _describe_miss(alert: Alert, language: Language) -> str:
    figure = alert.values
    return language.translate(
        "{place}: {kpi} {value} ({interval}) since {date}; {target}.",
        place=_name_place(figure, language),
        kpi=name_kpi(figure, language),
        value=format_value(figure["kpi"], figure["value"], language),
        interval=format_interval(figure, language),
        date=language.date(alert.since or alert.raised_at),
        target=describe_target(figure, language),
    )


def _name_place(figure: Mapping[str, Any], language: Language) -> str:
    if figure["touchpoint"] is None:
        return language.translate("The company")
    return name_touchpoint(figure["touchpoint"], figure["channel"], language)


def _describe_theme(alert: Alert, language: Language) -> str:
    return language.translate(
        "Comments about {theme}: {share} of the customers who wrote in the last 28 days mention it, {n} customers"
        "; in the half year before, {before}.",
        theme=_quote(Taxonomy.read().name(alert.values["theme"], language.code), language),
        **_format_shares(alert.values, language),
    )


def _describe_driver(alert: Alert, language: Language) -> str:
    return language.translate(
        "{driver}: it went badly for {share} of its customers in the last 28 days, {n} customers; in the half "
        "year before, for {before}.",
        driver=name_driver_in_words(alert.values["driver"], language),
        **_format_shares(alert.values, language),
    )


def _format_shares(values: Mapping[str, Any], language: Language) -> dict[str, str]:
    return {
        "n": language.number(values["customers"]),
        "share": language.percent(values["share"], 1),
        "before": language.percent(values["share_before"], 1),
    }


def _describe_queue(alert: Alert, language: Language) -> str:
    return language.translate(
        "Open tickets: {now}; usual on this weekday: {usual}.",
        now=language.number(alert.values["open"]),
        usual=language.number(alert.values["usual"]),
    )


def _quote(text: str, language: Language) -> str:
    return f"«{text}»" if language.code == "es" else f"“{text}”"
