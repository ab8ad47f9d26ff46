"""What the words of the journey map mean, for its page and for the columns of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.base.language import Language
    from lealtad.company.settings import Settings


def describe_terms(settings: Settings, language: Language, window_days: float) -> dict[str, str]:
    """Return a sentence for every figure of the page."""
    _ = language.translate
    clock = settings.business
    hours = _("business hours ({zone})", zone=clock.zone) if clock else _("calendar hours")
    days = language.number(window_days)
    return {
        "NPS": _("Share of answers 9–10 minus share of answers up to 6, in points."),
        "CSAT": _("Share of answers in the upper quarter of their scale: 4–5 of 5, 6–7 of 7, 8–10 of 1–10."),
        "CES": _("Mean effort on the scale that was asked; which end is easy stands beside it."),
        _("Answered"): _("Share of the invitations of this time that were answered."),
        _("First response"): _(
            "Median wait from a ticket to its first public reply by a person, in {hours}; tickets that still wait "
            "count with their age so far.",
            hours=hours,
        ),
        _("Resolution"): _(
            "Median wait from a ticket to its last solution, in {hours}; open ones count with their age so far.",
            hours=hours,
        ),
        _("Past promised reply"): _(
            "Share of tickets whose first reply took longer than their priority promises."
        ),
        _("Drop-off"): _(
            "Of the customers with a contact in the stage in the {days} days before these, the share who started "
            "none themselves in any later stage within {days} days of it. Orders count as purchases, tickets as "
            "service.",
            days=days,
        ),
        _("Trend"): _("Better or worse only where the interval of the difference leaves out zero."),
        _("Alert"): _("The whole interval lies on the wrong side of the target."),
        _("The bar"): _("The dark mark is the value, the grey band its interval, the dotted line the target."),
    }


def describe_columns(language: Language) -> dict[str, str]:
    """Return a plain definition of every column of the tables."""
    _ = language.translate
    return {
        "as_of": _("The moment the map speaks of, in UTC: nothing known later was used."),
        "window_days": _("Length of the time that ends there; the time before it is as long."),
        "level": _("touchpoint, stage (all of it), or journey (answers that name no touchpoint)."),
        "stage": _("Stage of the journey."),
        "touchpoint": _("The touchpoint, as the company names it; tickets that name none are called ticket."),
        "channel": _("The channel of the touchpoint."),
        "volume": _("Contacts in this time."),
        "customers": _("Customers who had them."),
        "customer_share": _("Share of the contacts that the customer started; the company started the others."),
        "owner": _("Who owns them, most contacts first; empty: nobody."),
        "unowned_share": _("Share of the contacts that nobody owns."),
        "kpi": _("What is measured; the page says what each means."),
        "metric": _("Which survey, for surveys."),
        "kind": _("relational (asked of the relationship) or transactional (asked after a contact)."),
        "scale_min": _("Lowest answer of the question."),
        "scale_max": _("Highest answer of the question."),
        "higher_is_easier": _("Whether a high answer means easy, for effort."),
        "value": _("The value: shares from 0 to 1, waits in hours, NPS in points."),
        "n": _("What it rests on: answers, invitations, tickets or customers."),
        "low": _("Lower end of the 95 % interval."),
        "high": _("Upper end of the 95 % interval; empty where it has none."),
        "previous": _("The value of the time before."),
        "trend": _("better, worse or unclear, as the intervals say; empty: nothing to compare."),
        "target": _("The target of lealtad.toml; for waits and shares of misses at most, else at least."),
        "alert": _("Whether the whole interval lies on the wrong side of the target."),
        "definition": _("The definition of the figure, with its version and choices."),
    }
