"""The part of a page that shows the funnel and the referrals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from lealtad.base.web_page import render_page
from lealtad.experience.acquisition.prospects import COHORT_DAYS, FOLLOWED_DAYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.base.language import Language
    from lealtad.experience.acquisition.funnel import Acquisition


def render_acquisition(acquisition: Acquisition | None, language: Language) -> Markup:
    """Render funnel and referrals for the journey map and the KPI page.

    Parameters
    ----------
    acquisition
        None with too few prospects; nothing is rendered then.
    language
        The language of words and numbers.

    Returns
    -------
    A part of a page, as escaped HTML.
    """
    if acquisition is None:
        return Markup("")
    referred = acquisition.referrals.filter(acquisition.referrals["group"] != "nobody")
    part = render_page(
        "lealtad.experience.acquisition",
        "acquisition.html.jinja",
        language,
        n=acquisition.prospects,
        days=COHORT_DAYS + FOLLOWED_DAYS,
        leak=_describe_leak(acquisition, language),
        steps=[_describe_step(row, language) for row in acquisition.funnel.iter_rows(named=True)],
        groups=[_describe_group(row, language) for row in acquisition.referrals.iter_rows(named=True)]
        if referred.height
        else [],
    )
    return Markup(part)  # noqa: S704 - our own template, which escapes


def name_step(step: str, language: Language) -> str:
    """Name a step of the funnel."""
    _ = language.translate
    return {
        "awareness": _("Met the company"),
        "consideration": _("Looked into it"),
        "purchase": _("Began to buy"),
        "bought": _("Bought for the first time"),
    }[step]


def _describe_leak(acquisition: Acquisition, language: Language) -> str:
    _ = language.translate
    rows = acquisition.funnel.to_dicts()
    largest = next((k for k, row in enumerate(rows) if row["is_largest"]), None)
    bought = language.percent(rows[-1]["share"], 1)
    if largest is None:
        return _("{share} of them bought.", share=bought)
    return _(
        "{share} of them bought. Most are lost between “{before}” and “{after}”: {lost}.",
        share=bought,
        before=name_step(rows[largest - 1]["step"], language),
        after=name_step(rows[largest]["step"], language),
        lost=language.number(rows[largest]["lost"]),
    )


def _describe_step(row: Mapping[str, Any], language: Language) -> dict[str, Any]:
    has_leak = row["value"] is not None
    return {
        "name": name_step(row["step"], language),
        "n": language.number(row["n"]),
        "share": language.percent(row["share"]),
        "width": round(100 * row["share"], 1),
        "lost": f"{language.number(row['lost'])} ({language.percent(row['value'])})" if has_leak else "–",
        "interval": _describe_interval(row, language) if has_leak else "",
        "is_largest": row["is_largest"],
    }


def _describe_group(row: Mapping[str, Any], language: Language) -> dict[str, str]:
    _ = language.translate
    names = {
        "promoter": _("a promoter"),
        "passive": _("a passive"),
        "detractor": _("a detractor"),
        "unknown": _("a customer without an answer"),
        "nobody": _("nobody"),
    }
    return {
        "name": names[row["group"]],
        "referrers": "–" if row["referrers"] is None else language.number(row["referrers"]),
        "n": language.number(row["n"]),
        "value": language.percent(row["value"], 1),
        "interval": _describe_interval(row, language),
    }


def _describe_interval(row: Mapping[str, Any], language: Language) -> str:
    low, high = (language.percent(row[end], 1) for end in ("low", "high"))
    return language.translate("{low} to {high}", low=low, high=high)
