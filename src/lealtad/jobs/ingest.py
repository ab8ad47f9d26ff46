"""Source → contract → lake: check every row, keep the rejects with their reasons, commit all tables at once."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lealtad.base import job
from lealtad.base.language import format_count
from lealtad.company.settings_in_force import (
    check_record,
    find_settings_in_force,
    record_settings,
    require_source_permission,
)
from lealtad.examples.features import CompanyProfile, serialize_settings
from lealtad.jobs.options import OUT, SETTINGS, LoadedAt, Out, SettingsFile, Source, SourceArgument
from lealtad.lake.loading import load, parse_load_time
from lealtad.sources import Source as OpenedSource
from lealtad.sources import open_source

_DAY = timedelta(days=1)


def ingest(
    data: Source = "simulated",
    out: Out = OUT,
    loaded_at: LoadedAt = "",
    settings: SettingsFile = SETTINGS,
    source: SourceArgument = "",
) -> None:
    """Read a source, check it against the contract, and load it into the lake in OUT/lake.

    The settings of the company are recorded in OUT/lealtad.toml, which later jobs follow.
    """
    moment, data = parse_load_time(loaded_at), source or data
    load_source(data, lambda: open_source(data), out, moment, settings)


def load_source(
    name: str, open_it: Callable[[], OpenedSource], out: Path, moment: datetime, settings: SettingsFile = SETTINGS
) -> None:
    """Load a source into the lake in OUT/lake; it is opened once a person permitted what it asks for."""
    with job.step("ingest", out) as step:
        company = find_settings_in_force(out, settings, name)
        require_source_permission(out, name)
        opened = open_it()
        check_record(out, company)
        if moment > datetime.now(UTC) + _DAY:
            step.report(f"--loaded-at {moment:%Y-%m-%d} is in the future: facts up to then count as happened")
        loaded = load(
            out / "lake",
            opened,
            loaded_at=moment,
            reject_limit=opened.reject_limit,
            say=step.report,
            rejected_csv=out / "rejected.csv",
            settings=serialize_settings(CompanyProfile.of(company.settings)),
        )
        step.report(f"settings: {company.origin}")
        record_settings(step, company)
        with job.move_into_place(*(out / f"{table}.parquet" for table in opened.ground_truth)) as paths:
            for frame, path in zip(opened.ground_truth.values(), paths, strict=True):
                frame.write_parquet(path)
        for table, files in loaded.unchanged.items():
            step.report(f"{table}: {format_count(len(files), 'file')} unchanged since the last load")
        for remark in opened.remarks():
            step.report(remark)
        for table, counts in loaded.counts.items():
            step.report(f"{table}: {counts.sentence()}")
            if counts.remark():
                step.report(f"{table}: {counts.remark()}")
        rows = {table: {"valid": counts.valid} | asdict(counts) for table, counts in loaded.counts.items()}
        step.note(source=name, rows=rows)
