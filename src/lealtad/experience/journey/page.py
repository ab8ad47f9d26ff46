"""The journey map as one page, for screen, print and phone: a table of touchpoints per stage."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from lealtad.base.web_page import render_page
from lealtad.experience.company_kpis.base_nps import describe_base_nps
from lealtad.experience.journey.cards import build_loose_lines, build_stages
from lealtad.experience.journey.summary import summarise_journey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.company_kpis.base_nps import BaseNps
    from lealtad.experience.journey.cards import ExperimentLink, JourneyWeights
    from lealtad.experience.journey.mapping import JourneyMap


def write_page(  # noqa: PLR0913, PLR0917 - the map, and what stands at its touchpoints
    path: Path,
    journey: JourneyMap,
    language: Language,
    base_nps: BaseNps | None = None,
    experiments: Sequence[ExperimentLink] = (),
    weights: JourneyWeights | None = None,
    acquisition: str = "",
    quotes: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Write the page as one self-contained file; experiments and weights are shown at their touchpoints.

    Parameters
    ----------
    base_nps
        The NPS of all customers, shown next to that of respondents; None if it was not estimated.
    acquisition
        The funnel of prospects as `render_acquisition` returns it.
    quotes
        By touchpoint, the address of its masked verbatims.
    """
    path.write_text(
        render_page(
            "lealtad.experience.journey",
            "journey.html.jinja",
            language,
            as_of=journey.as_of,
            window_days=journey.window_days,
            summary=summarise_journey(journey, language),
            base_nps=describe_base_nps(base_nps, language),
            stages=build_stages(journey, language, experiments),
            weights=weights,
            acquisition=acquisition,
            quotes=quotes,
            loose=build_loose_lines(journey, language),
        )
    )
