"""The journey map as one page: six columns on a screen and on paper, one below the other on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.web_page import rendered
from lealtad.experience.journey.cards import loose_lines, stages
from lealtad.experience.journey.glossary import glossary
from lealtad.experience.journey.summary import summary

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.company.settings import Settings
    from lealtad.experience.journey.mapping import JourneyMap


def write_page(path: Path, journey: JourneyMap, settings: Settings, language: Language) -> None:
    """Write the page as one file that needs no other."""
    path.write_text(
        rendered(
            "lealtad.experience.journey",
            "journey.html.jinja",
            language,
            as_of=journey.as_of,
            window_days=journey.window_days,
            summary=summary(journey, language),
            stages=stages(journey, language),
            loose=loose_lines(journey, language),
            glossary=glossary(settings, language, journey.window_days),
        )
    )
