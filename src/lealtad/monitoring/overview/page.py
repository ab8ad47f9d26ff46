"""The first page, for a head of retention with one minute to read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.base.web_page import render_page
from lealtad.experience.company_kpis.base_nps import describe_base_nps

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.company_kpis import BaseNps
    from lealtad.monitoring.earnings import Earnings
    from lealtad.monitoring.overview.nights import NightChange


def write_overview_page(  # noqa: PLR0913 - the figures of the page
    path: Path,
    change: NightChange,
    earnings: Earnings,
    base_nps: BaseNps | None,
    language: Language,
    *,
    horizon_days: int,
    value_at_stake: float | None = None,
    news: Iterable[str] = (),
    pages: Iterable[str] = (),
    owners: Mapping[str, str] | None = None,
) -> None:
    """Write the page as one self-contained file.

    Parameters
    ----------
    value_at_stake
        The margin that is expected to be lost; None if the night did not store it.
    news
        Sentences next to the numbers that changed, such as a late feed.
    pages
        Names of the pages that exist, such as `journey.html`.
    owners
        By code of an owner, its name.
    """
    there = set(pages)
    path.write_text(
        render_page(
            "lealtad.monitoring.overview",
            "index.html.jinja",
            language,
            as_of=change.now.as_of,
            tiles=_build_tiles(change, earnings, base_nps, language, horizon_days, value_at_stake, owners or {}),
            changes=[*_describe_changes(change, language), *news],
            pages=there,
            links=[(name, words) for name, words in _describe_pages(language).items() if name in there],
        )
    )


def _build_tiles(  # noqa: PLR0913, PLR0917 - as above
    change: NightChange,
    earnings: Earnings,
    base_nps: BaseNps | None,
    language: Language,
    days: int,
    at_stake: float | None,
    owners: Mapping[str, str],
) -> list[dict[str, str]]:
    """Return the five tiles: name, value, basis, and the page with details."""
    _ = language.translate
    number = language.number
    stake = _("{margin} of margin at stake", margin=language.money(at_stake)) if at_stake is not None else ""
    return [
        {
            "name": _("Active customers"),
            "value": number(change.now.active),
            "basis": _("scored on {date}", date=language.date(change.now.as_of)),
            "page": "kpis.html",
        },
        {
            "name": _("Expected churners"),
            "value": number(round(change.now.expected_churners)),
            "basis": "; ".join(part for part in (_("within {days} days", days=days), stake) if part),
            "page": "report.html",
        },
        {"name": _("Tonight's list"), **_describe_list(change, language, owners), "page": "worklist.html"},
        {"name": _("The lists so far"), **_describe_earnings(earnings, language), "page": "roi.html"},
        {
            "name": _("NPS"),
            "value": number(round(base_nps.everyone[0])) if base_nps else "–",
            "basis": describe_base_nps(base_nps, language) or _("Not estimated yet."),
            "page": "journey.html",
        },
    ]


def _describe_list(change: NightChange, language: Language, owners: Mapping[str, str]) -> dict[str, str]:
    """Describe the length of the list, its expected gain, and its owners."""
    _, number = language.translate, language.number
    by_owner = ", ".join(f"{owners.get(owner, owner)} {number(count)}" for owner, count in change.by_owner.items())
    gain = _("expected gain {gain}", gain=language.money(change.gain))
    return {
        "value": _("{n} customers", n=number(change.listed)) if change.listed != 1 else _("1 customer"),
        "basis": "; ".join(part for part in (gain, by_owner) if part),
    }


def _describe_earnings(earnings: Earnings, language: Language) -> dict[str, str]:
    """Describe what the lists promised and delivered."""
    _ = language.translate
    [total] = earnings.total.to_dicts()
    if total["saves"] is None:
        return {"value": "–", "basis": _("No list has ended yet.")}
    profit, low, high = (
        language.money(total[name] - total["cost"]) for name in ("margin", "margin_low", "margin_high")
    )
    return {
        "value": profit,
        "basis": _(
            "profit of {lists} ended lists, {low} to {high}; saves: {promised} promised, {saves} delivered "
            "({saves_low} to {saves_high})",
            lists=earnings.lists,
            low=low,
            high=high,
            promised=language.number(total["promised"]),
            saves=language.number(total["saves"]),
            saves_low=language.number(total["saves_low"]),
            saves_high=language.number(total["saves_high"]),
        ),
    }


def _describe_changes(change: NightChange, language: Language) -> list[str]:
    """Describe what changed since the previous night."""
    _, number = language.translate, language.number
    if change.before is None:
        return [_("This is the first night: there is nothing to compare it with.")]
    since = language.date(change.before.as_of)
    sentences = [
        _(
            "Active customers: {now}; {before} on {since}.",
            now=number(change.now.active),
            before=number(change.before.active),
            since=since,
        ),
        _(
            "Expected churners: {now}; {before} on {since}.",
            now=number(round(change.now.expected_churners)),
            before=number(round(change.before.expected_churners)),
            since=since,
        ),
    ]
    if not change.is_first_list:
        sentences.append(
            _(
                "{kept} customers of the last list are listed again, and {left} are not; {new} are new.",
                kept=number(change.kept),
                left=number(change.left),
                new=number(change.new),
            )
        )
    return sentences


def _describe_pages(language: Language) -> dict[str, tuple[str, str]]:
    """Return every page with its name and what it answers, in the order of the links."""
    _ = language.translate
    pages: dict[str, tuple[Any, Any]] = {
        "worklist.html": (_("Today's customers"), _("A sheet per owner: the customers to contact, why, and how.")),
        "roi.html": (_("What it earned"), _("Contacts, cost, saves and margin kept, against customers held out.")),
        "monitor.html": (
            _("Promise and delivery"),
            _("What each list promised and delivered, and whether the model still fits."),
        ),
        "journey.html": (_("The journey map"), _("Every touchpoint with its owner, its figures and its targets.")),
        "drivers.html": (
            _("What drives loyalty"),
            _("Which touchpoints drive NPS, churn and margin, and what fixing them would bring."),
        ),
        "listening.html": (_("What customers say"), _("Themes of comments, and how many NPS points each costs.")),
        "kpis.html": (_("KPIs of the company"), _("NPS, CSAT, CES, support, retention and value, by month.")),
        "alerts.html": (_("Alerts"), _("What changed beyond chance, and who owns it.")),
        "experiments/index.html": (_("Experiments"), _("What each experiment and each campaign changed.")),
        "recommendations.html": (_("What to offer"), _("What customers buy again, and what goes with it.")),
        "report.html": (_("How reliable it is"), _("How well the model ranked and predicted on later dates.")),
        "sensitivity.html": (_("Definitions of churn"), _("How many churn by other definitions.")),
        "leakcheck.html": (_("Leak check"), _("Whether any feature knows the future.")),
        "glossary.html": (_("Glossary"), _("What each figure and each column means.")),
    }
    return pages
