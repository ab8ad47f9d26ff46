"""Lake → features: every customer at every as-of date that training and scoring need."""

from lealtad.base import job
from lealtad.base.language import format_count
from lealtad.base.workers import use_workers
from lealtad.company.settings_in_force import SettingsInForce, find_settings_in_force, record_settings
from lealtad.examples.features import (
    CompanyProfile,
    build_catalog,
    build_into,
    find_available_in,
    find_differences,
    find_undeclared,
    find_unseen_levels,
    fit_words,
)
from lealtad.examples.features.building import find_stream
from lealtad.examples.features.storage.reading import add_words
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.definitions import find_definitions
from lealtad.jobs.options import (
    MODEL,
    NEWEST,
    OUT,
    SETTINGS,
    Cluster,
    Model,
    Night,
    Out,
    Processes,
    SettingsFile,
)
from lealtad.lake import Lake
from lealtad.sources.configuration import FILE_NAME
from lealtad.sources.contract import TABLES

_GIVEN = {table.name for table in TABLES}


def features(  # noqa: PLR0913, PLR0917 - an option each
    out: Out = OUT,
    model: Model = MODEL,
    settings: SettingsFile = SETTINGS,
    as_of: Night = "",
    processes: Processes = 0,
    cluster: Cluster = "",
) -> None:
    """Compute the features of the model's as-of dates, or of one night, and write them to the lake."""
    with job.step("features", out) as step:
        lake = Lake.open(out / "lake")
        wanted = find_definitions(model, lake)
        chosen = find_settings_in_force(out, settings)
        company = CompanyProfile.of(chosen.settings)
        _report_settings(step, lake, chosen, company)
        catalog = build_catalog(company)
        if as_of:
            # the word axes stay those that the champion was trained with
            dates = [parse_as_of("" if as_of == NEWEST else as_of, lake)]
        else:
            dates = sorted({date for each in wanted for date in each.as_of_dates(lake)})
            lake = fit_words(lake, min(each.find_last_training_date(lake) for each in wanted))
        _report_missing_features(step, lake, company)
        before = lake.versions.get("features")
        with use_workers(processes, cluster):
            built = build_into(lake, dates, catalog, company)
        if built.versions["features"] == before:
            step.report(
                "the features of these tables, dates and definitions are already stored: nothing to compute"
            )
        rows = built.manifest.tables["features"].rows
        columns = sum(len(each.columns) for each in find_available_in(built, catalog, add_words(built, company)))
        until = f" to {dates[-1]:%Y-%m-%d}" if len(dates) > 1 else ""
        step.report(
            f"{format_count(rows, 'row')} × {columns} features, "
            f"{format_count(len(dates), 'date')} {dates[0]:%Y-%m-%d}{until}"
        )
        record_settings(step, chosen)
        step.note(features={"rows": rows, "columns": columns, "dates": len(dates)})


def _report_settings(step: job.Step, lake: Lake, chosen: SettingsInForce, company: CompanyProfile) -> None:
    """Report the origin of the settings, unless it is the run's record, and which settings are new to the lake."""
    if chosen.path != step.out / FILE_NAME:
        step.report(f"settings: {chosen.origin}")
    other = find_differences(lake, company)
    if other and lake.has("features"):
        step.report(
            f"settings changed since the last features: {', '.join(other)}; all features are computed again"
        )


def _report_missing_features(step: job.Step, lake: Lake, company: CompanyProfile) -> None:
    """Report once which features are off, and which values of attributes are not declared."""
    catalog = build_catalog(company)
    available = {feature.name for feature in find_available_in(lake, catalog, add_words(lake, company))}
    off = sorted(
        {feature.family for feature in catalog}
        - {feature.family for feature in catalog if feature.name in available}
    )
    silent = [feature for feature in catalog if feature.name not in available]
    if silent:
        absent = sorted(
            {
                name
                for feature in silent
                for name in find_stream(feature).tables
                if name in _GIVEN and not lake.has(name)
            }
        )
        tables = f"no table {', '.join(absent)}: " if absent else ""
        families = f", including all features of {', '.join(off)}" if off else ""
        columns = sum(len(feature.columns) for feature in silent)
        step.report(f"{tables}{columns} features are off because their tables or columns are absent{families}")
    names = find_undeclared(lake, company.levels)
    if names:
        step.report(
            f"{', '.join(names)}: off, because [features.levels] in lealtad.toml declares no levels for them"
        )
    unseen = find_unseen_levels(lake, company.levels)
    # values of customers go only into the summary, which is private
    for name in unseen["attribute"].unique(maintain_order=True):
        rows = unseen.filter(attribute=name)
        whose = format_count(int(rows["customers"].sum()), "customer")
        step.report(
            f"{name}: {format_count(rows.height, 'value')} of {whose} not declared as levels: "
            f"see unseen_levels in {step.out / 'summary.json'}"
        )
    step.note(features_off=off, unseen_levels=unseen.to_dicts())
