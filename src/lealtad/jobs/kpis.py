"""Lake → the journey map and the KPIs of the company, as two pages, CSV and a spreadsheet."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.examples.features import CompanyProfile, find_differences
from lealtad.experience.acquisition import compute_acquisition, render_acquisition
from lealtad.experience.company_kpis import CompanyKpis, compute_company_kpis, read_base_nps, write_kpi_page
from lealtad.experience.drivers import read_journey_weights
from lealtad.experience.journey import (
    ExperimentLink,
    JourneyMap,
    compute_journey_map,
    select_judged_figures,
    write_page,
)
from lealtad.experience.listening import read_places
from lealtad.experience.sheet import write_figures, write_spreadsheet
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech, Until, Window
from lealtad.jobs.overview import finish_pages
from lealtad.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

# without one of these there is no journey to draw
LIVED = ("touchpoints", "surveys", "ticket_events")
WINDOW_DAYS = 90.0


def kpis(  # noqa: PLR0913, PLR0917 - the options of the command
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    window_days: Window = WINDOW_DAYS,
    language: Speech = "en",
    model: Model = MODEL,
) -> None:
    """Compute the KPIs along the journey and of the company: journey.html, kpis.html, kpis.csv and kpis.xlsx."""
    draw_journey(out, out, settings, as_of, window_days, language, model)


def draw_journey(  # noqa: PLR0913, PLR0917 - as above, and where to
    out: Path,
    folder: Path,
    settings: Path = SETTINGS,
    as_of: str = "",
    window_days: float = WINDOW_DAYS,
    language: str = "en",
    model: Path = MODEL,
) -> None:
    """Draw the journey map and the KPI page of the lake in `out` into a folder."""
    with job.step("kpis", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        definition = ModelDefinition.choose(model, lake.manifest.tables)
        value = definition.value
        speech = Language.from_code(language, value.currency, company.names.by_language)
        other = find_differences(lake, CompanyProfile.of(company))
        if other:
            step.report(f"these figures follow settings other than the lake's features: {', '.join(other)}")
        instant = parse_as_of(as_of, lake)
        journey = compute_journey_map(lake, company, instant, window_days)
        figures = compute_company_kpis(lake, company, instant, window_days, value.margin_rate)
        acquisition = compute_acquisition(lake, instant)
        prospects = render_acquisition(acquisition, speech)
        base_nps = read_base_nps(out / "nps.csv")
        files = [folder / name for name in ("kpis.csv", "kpis.xlsx", "journey.html", "kpis.html")]
        with job.move_into_place(*files) as [table, book, page, kpi_page]:
            write_figures(journey, figures, table)
            write_spreadsheet(journey, figures, book, speech, acquisition)
            links = read_experiment_links(out, folder)
            weights = read_journey_weights(
                out / "drivers.csv", speech, os.path.relpath(out / "drivers.html", folder)
            )
            quotes = read_places(out / "verbatim_places.csv", os.path.relpath(out / "listening.html", folder))
            write_page(page, journey, speech, base_nps, links, weights, prospects, quotes)
            write_kpi_page(kpi_page, figures, base_nps, speech, prospects)
        finish_pages(folder, company, definition, speech)
        _report_figures(step, journey, figures, files)


def read_experiment_links(out: Path, folder: Path) -> list[ExperimentLink]:
    """Return the experiments with a read-out, by touchpoint, with verdicts; `folder` is the page's folder."""
    from lealtad.experiments.running import list_experiments

    links = []
    for recorded in list_experiments(out):
        read = out / "experiments" / recorded.name / "read.json"
        if recorded.plan.touchpoint is not None and read.is_file():
            page = os.path.relpath(read.with_name("index.html"), folder)
            sentence = json.loads(read.read_text(encoding="utf-8"))["sentence"]
            links.append(ExperimentLink(recorded.plan.touchpoint, recorded.name, sentence, page))
    return links


def _report_figures(step: job.Step, journey: JourneyMap, figures: CompanyKpis, files: list[Path]) -> None:
    missed = int(select_judged_figures(journey.figures)["alert"].sum())
    touchpoints = journey.figures.filter(pl.col("level") == "touchpoint", pl.col("kpi") == "volume").height
    misses = "1 figure misses its target" if missed == 1 else f"{missed} figures miss their target"
    step.report(f"{format_count(touchpoints, 'touchpoint')}, {misses}: {files[2]}")
    kpis_shown = figures.figures.filter(pl.col("level") == "company").height
    step.report(f"{format_count(kpis_shown, 'figure')} of the company, by segment and month: {files[3]}")
    missing = {**journey.missing, **figures.missing}
    for kpi, why in missing.items():
        step.report(f"{kpi} cannot be computed: {why}")
    counts = {"as_of": journey.as_of.isoformat(), "touchpoints": touchpoints, "missed": missed}
    step.note(journey={**counts, "missing": missing})
