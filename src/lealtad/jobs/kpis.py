"""Lake → the journey map: what customers live through from stage to stage, as a page, CSV and a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.company.settings_in_force import follow_settings
from lealtad.examples.features import CompanyProfile, find_differences
from lealtad.experience import journey as room
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until, Window
from lealtad.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

# without one of these there is no journey to draw
LIVED = ("touchpoints", "surveys", "ticket_events")
WINDOW_DAYS = 90.0


def kpis(
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    window_days: Window = WINDOW_DAYS,
    language: Speech = "en",
) -> None:
    """Compute the KPIs along the journey and write journey.html, kpis.csv and kpis.xlsx."""
    draw_journey(out, out, settings, as_of, window_days, language)


def draw_journey(  # noqa: PLR0913, PLR0917 - as above, and where to
    out: Path,
    folder: Path,
    settings: Path = SETTINGS,
    as_of: str = "",
    window_days: float = WINDOW_DAYS,
    language: str = "en",
) -> None:
    """Draw the journey map of the lake in `out` into a folder."""
    with job.step("kpis", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        speech = Language.from_code(language, names=company.names.by_language)
        other = find_differences(lake, CompanyProfile.of(company))
        if other:
            step.report(f"these figures follow settings other than the lake's features: {', '.join(other)}")
        journey = room.compute_journey_map(lake, company, parse_as_of(as_of, lake), window_days)
        files = [folder / name for name in ("kpis.csv", "kpis.xlsx", "journey.html")]
        with job.move_into_place(*files) as [table, book, page]:
            room.write_csv(journey.figures, table)
            room.write_spreadsheet(journey, book, speech)
            room.write_page(page, journey, company, speech)
        missed = room.select_judged_figures(journey.figures)["alert"].sum()
        touchpoints = journey.figures.filter(pl.col("level") == "touchpoint", pl.col("kpi") == "volume").height
        misses = "1 figure misses its target" if missed == 1 else f"{missed} figures miss their target"
        step.report(f"{format_count(touchpoints, 'touchpoint')}, {misses}: {files[-1]}")
        for kpi, why in journey.missing.items():
            step.report(f"{kpi} cannot be computed: {why}")
        facts = {"as_of": journey.as_of.isoformat(), "touchpoints": touchpoints, "missed": missed}
        step.note(journey={**facts, "missing": dict(journey.missing)})
