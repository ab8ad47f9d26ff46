"""Lake → features: every customer at every as-of date that training and scoring need."""

from lealtad.base import job
from lealtad.base.language import counted
from lealtad.company.settings_in_force import InForce, record, settings_in_force
from lealtad.examples.features import (
    Company,
    available_in,
    build_into,
    catalog_of,
    differences,
    fit_words,
    undeclared,
    unseen_levels,
)
from lealtad.examples.features.building import stream_of
from lealtad.examples.features.storing import with_words
from lealtad.jobs.as_of import as_of_date
from lealtad.jobs.definitions import in_use
from lealtad.jobs.options import MODEL, NEWEST, OUT, SETTINGS, Model, Night, Out, SettingsFile
from lealtad.lake import Lake
from lealtad.sources.configuration import FILE_NAME
from lealtad.sources.contract import TABLES

_GIVEN = {table.name for table in TABLES}


def features(out: Out = OUT, model: Model = MODEL, settings: SettingsFile = SETTINGS, as_of: Night = "") -> None:
    """Compute the features of the model's as-of dates, or of one night, and write them to the lake."""
    with job.step("features", out) as step:
        lake = Lake.open(out / "lake")
        wanted = in_use(model, lake)
        chosen = settings_in_force(out, settings)
        company = Company.of(chosen.settings)
        _say_what_is_followed(step, lake, chosen, company)
        catalog = catalog_of(company)
        if as_of:
            # the axes of words stay those that the champion learned with
            dates = [as_of_date("" if as_of == NEWEST else as_of, lake)]
        else:
            dates = sorted({date for one in wanted for date in one.as_of_dates(lake)})
            lake = fit_words(lake, min(one.learned_until(lake) for one in wanted))
        _say_what_is_off(step, lake, company)
        before = lake.versions.get("features")
        built = build_into(lake, dates, catalog, company)
        if built.versions["features"] == before:
            step.report("the features are of these tables, dates and definitions already: nothing to compute")
        rows = built.manifest.tables["features"].rows
        columns = sum(len(one.columns) for one in available_in(built, catalog, with_words(built, company)))
        until = f" to {dates[-1]:%Y-%m-%d}" if len(dates) > 1 else ""
        step.report(
            f"{rows:,} rows × {columns} features, {counted(len(dates), 'date')} {dates[0]:%Y-%m-%d}{until}"
        )
        record(step, chosen)
        step.note(features={"rows": rows, "columns": columns, "dates": len(dates)})


def _say_what_is_followed(step: job.Step, lake: Lake, chosen: InForce, company: Company) -> None:
    """Say where the settings come from, unless the run recorded them, and what of them is new to the lake."""
    if chosen.path != step.out / FILE_NAME:
        step.report(f"settings: {chosen.origin}")
    other = differences(lake, company)
    if other and lake.has("features"):
        step.report(f"settings other than those of the features so far: {', '.join(other)}; all are computed anew")


def _say_what_is_off(step: job.Step, lake: Lake, company: Company) -> None:
    """Say once what a company has no features of, and which of its attributes' values nobody declared."""
    catalog = catalog_of(company)
    given = {one.name for one in available_in(lake, catalog, with_words(lake, company))}
    off = sorted({one.family for one in catalog} - {one.family for one in catalog if one.name in given})
    silent = [one for one in catalog if one.name not in given]
    if silent:
        absent = sorted(
            {name for one in silent for name in stream_of(one).tables if name in _GIVEN and not lake.has(name)}
        )
        tables = f"no table {', '.join(absent)}: " if absent else ""
        families = f", among them all of {', '.join(off)}" if off else ""
        columns = sum(len(one.columns) for one in silent)
        step.report(f"{tables}{columns} features are off for want of their tables or columns{families}")
    names = undeclared(lake, company.levels)
    if names:
        step.report(f"{', '.join(names)}: off, as [features.levels] of lealtad.toml declares no levels of them")
    unseen = unseen_levels(lake, company.levels)
    for name, value, customers in unseen.iter_rows():
        step.report(f"{name}: '{value}' is none of its declared levels, {customers:,} customers")
    step.note(features_off=off, unseen_levels=unseen.to_dicts())
