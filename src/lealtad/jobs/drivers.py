"""Lake → which touchpoints and moments decide loyalty, as a page, CSV and a spreadsheet."""

from __future__ import annotations

import polars as pl

from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.base.navigation import link_pages
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.settings_in_force import follow_settings
from lealtad.experience.drivers import (
    LEAST_EXAMPLES,
    compute_drivers,
    write_driver_page,
    write_driver_spreadsheet,
    write_driver_table,
)
from lealtad.experience.listening import read_places
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import MODEL, OUT, SETTINGS, Model, Out, SettingsFile, Speech, Until
from lealtad.lake import Lake


def drivers(
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    language: Speech = "en",
    model: Model = MODEL,
) -> None:
    """Find what drives NPS, churn and margin: drivers.html, drivers.csv and drivers.xlsx."""
    with job.step("drivers", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        value = ModelDefinition.choose(model, lake.manifest.tables).value
        speech = Language.from_code(language, value.currency, company.names.by_language)
        instant = parse_as_of(as_of, lake)
        report = compute_drivers(lake, company, instant, value.margin_rate)
        files = [out / name for name in ("drivers.csv", "drivers.xlsx", "drivers.html")]
        with job.move_into_place(*files) as [table, book, page]:
            write_driver_table(report, table)
            write_driver_spreadsheet(report, book, speech)
            write_driver_page(page, report, speech, read_places(out / "verbatim_places.csv"))
        link_pages(out)
        for outcome, count in report.missing.items():
            step.report(
                f"{outcome} cannot be explained: {format_count(count, 'example')} of {LEAST_EXAMPLES} needed"
            )
        for row in report.outcomes.iter_rows(named=True):
            first = report.rows.filter(pl.col("outcome") == row["outcome"], pl.col("group") == 1)
            step.report(
                f"{row['outcome']}: {format_count(row['n'], 'example')}, "
                f"{format_count(first.height, 'driver')} in the first group, R² {row['r2']:.3f}"
            )
        step.report(f"the page: {files[2]}")
        facts = report.outcomes.to_dicts()
        step.note(drivers={"as_of": instant.isoformat(), "outcomes": facts, "missing": report.missing})
