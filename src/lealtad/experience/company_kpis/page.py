"""The KPIs of the company as one self-contained page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.web_page import render_page
from lealtad.experience.company_kpis.base_nps import round_half_up
from lealtad.experience.company_kpis.cards import build_cohort_table, build_sections
from lealtad.experience.figure_wording import format_points, name_kpi

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.company_kpis.base_nps import BaseNps
    from lealtad.experience.company_kpis.figures import CompanyKpis


def write_kpi_page(
    path: Path, kpis: CompanyKpis, base_nps: BaseNps | None, language: Language, acquisition: str = ""
) -> None:
    """Write the page as one file.

    Parameters
    ----------
    base_nps
        The NPS of all customers; None if it was not estimated, which the page states.
    acquisition
        The funnel of prospects as `render_acquisition` returns it.
    """
    _ = language.translate
    path.write_text(
        render_page(
            "lealtad.experience.company_kpis",
            "kpis.html.jinja",
            language,
            as_of=kpis.as_of,
            window_days=kpis.window_days,
            base_nps=_describe_base_nps(base_nps, language),
            sections=build_sections(kpis, language),
            cohorts=build_cohort_table(kpis, language),
            acquisition=acquisition,
            missing=[
                _("{kpi} cannot be computed: {why}", kpi=name_kpi({"kpi": kpi, "metric": None}, language), why=why)
                for kpi, why in kpis.missing.items()
            ],
        )
    )


def _describe_base_nps(base_nps: BaseNps | None, language: Language) -> dict[str, str]:
    """Return the two figures and the range in words; empty without an estimate."""
    if base_nps is None:
        return {}
    _ = language.translate
    answering, answering_low, answering_high = (format_points(value, language) for value in base_nps.answering)
    everyone, low, high = (language.decimal(round_half_up(value), 1) for value in base_nps.everyone)
    least, most = (format_points(value, language) for value in base_nps.bounds)
    return {
        "answering": answering,
        "answering_interval": _(
            "{low} to {high}, n = {n}", low=answering_low, high=answering_high, n=language.number(base_nps.n)
        ),
        "everyone": _("about {value}", value=everyone),
        "everyone_interval": _("{low} to {high}", low=low, high=high),
        "range": _(
            "If answering depends on the answer itself, no data identify this figure. "
            "It can then be anywhere between {least} and {most}: "
            "those who never answered may all be detractors, or all promoters.",
            least=least,
            most=most,
        ),
    }
