"""Definitions of the words on the pages, and of the columns of their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.experience.figure_styles import DROP_OFF, find_look
from lealtad.kpis.registry import list_measures

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.company.settings import Settings
    from lealtad.kpis.measure import Shown


def describe_terms(shown: Shown, settings: Settings, language: Language, window_days: float) -> dict[str, str]:
    """Return a sentence for every shown measure, and for the words next to its value."""
    _ = language.translate
    looks = [measure.look for measure in list_measures(shown)]
    if shown == "journey":
        looks.append(find_look(DROP_OFF))
    clock = settings.business
    values = {
        "hours": _("business hours ({zone})", zone=clock.zone) if clock else _("calendar hours"),
        "days": language.number(window_days),
    }
    words = [look.words[language.code] for look in looks]
    return {
        **{entry.name: entry.meaning.format(**values) for entry in words},
        _("Trend"): _("A figure is better or worse only if the interval of the difference excludes zero."),
        _("Alert"): _("The whole interval is on the wrong side of the target."),
        **(_describe_bar(language) if shown == "journey" else _describe_month_line(language)),
    }


def _describe_bar(language: Language) -> dict[str, str]:
    _ = language.translate
    return {_("The bar"): _("The dark mark is the value, the grey band its interval, the dotted line the target.")}


def _describe_month_line(language: Language) -> dict[str, str]:
    _ = language.translate
    return {
        _("The line"): _(
            "The value of each whole month, with its interval as a band; the dotted line is the target. "
            "Retention and churn of a month are over that month alone."
        )
    }


def describe_columns(language: Language) -> dict[str, str]:
    """Return a plain definition of every column of the tables."""
    _ = language.translate
    return {
        "as_of": _("As-of time of the figures, in UTC; nothing known later was used."),
        "window_days": _("Length of the window that ends then; the window before it is equally long."),
        "level": _(
            "touchpoint, stage (all of it), journey (answers that name no touchpoint), company (all customers), "
            "segment, month or cohort."
        ),
        "stage": _("Stage of the journey."),
        "touchpoint": _("The touchpoint, as the company names it; tickets that name none are called ticket."),
        "channel": _("The channel of the touchpoint."),
        "segment": _("The group of customers, as the company defines it."),
        "month": _("First day of the month."),
        "cohort": _("First day of the month in which these customers came."),
        "age_months": _("Whole months since then; 0 is the end of the first one."),
        "volume": _("Contacts in this time."),
        "customers": _("Customers who had these contacts."),
        "customer_share": _("Share of the contacts that the customer started; the company started the others."),
        "owner": _("The teams that own them, most contacts first; empty if there is none."),
        "unowned_share": _("Share of the contacts without an owner."),
        "kpi": _("The measure; the page explains each one."),
        "metric": _("Which survey, for surveys."),
        "kind": _("relational (asked of the relationship) or transactional (asked after a contact)."),
        "scale_min": _("Lowest answer of the question."),
        "scale_max": _("Highest answer of the question."),
        "higher_is_easier": _("Whether a high answer means easy, for effort."),
        "value": _("The value: shares from 0 to 1, waits in hours, NPS in points, lifetime value in money."),
        "n": _("Number of answers, invitations, tickets or customers behind the value."),
        "low": _("Lower end of the 95 % interval."),
        "high": _("Upper end of the 95 % interval; empty if there is none."),
        "previous": _("The value in the window before."),
        "trend": _("better, worse or unclear, judged by the intervals; empty if there is nothing to compare."),
        "target": _("The target in lealtad.toml: a maximum for waits and shares of misses, otherwise a minimum."),
        "alert": _("Whether the whole interval is on the wrong side of the target."),
        "definition": _("The definition of the figure, with its version and choices."),
    }
