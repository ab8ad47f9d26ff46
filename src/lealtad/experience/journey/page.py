"""The journey map as one page: six columns on a screen and on paper, one below the other on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.web_page import render_page
from lealtad.experience.glossary import describe_terms
from lealtad.experience.journey.cards import build_loose_lines, build_stages
from lealtad.experience.journey.summary import summarise_journey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.company.settings import Settings
    from lealtad.experience.journey.cards import ExperimentLink, JourneyWeights
    from lealtad.experience.journey.mapping import JourneyMap


def write_page(  # noqa: PLR0913, PLR0917 - the map, and what stands at its touchpoints
    path: Path,
    journey: JourneyMap,
    settings: Settings,
    language: Language,
    experiments: Sequence[ExperimentLink] = (),
    weights: JourneyWeights | None = None,
) -> None:
    """Write the page as one file that needs no other; experiments and weights are shown at their touchpoints."""
    path.write_text(
        render_page(
            "lealtad.experience.journey",
            "journey.html.jinja",
            language,
            as_of=journey.as_of,
            window_days=journey.window_days,
            summary=summarise_journey(journey, language),
            stages=build_stages(journey, language, experiments),
            weights=weights,
            loose=build_loose_lines(journey, language),
            glossary=describe_terms("journey", settings, language, journey.window_days),
        )
    )
