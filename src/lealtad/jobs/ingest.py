"""Source → contract → lake: check every row, keep the rejects with their reasons, commit all tables at once."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from lealtad.base import job
from lealtad.base.language import format_count
from lealtad.base.outputs import note_outputs
from lealtad.company.settings import Settings
from lealtad.company.settings_in_force import (
    check_record,
    find_settings_in_force,
    record_settings,
    require_source_permission,
)
from lealtad.examples.features import CompanyProfile, serialize_settings
from lealtad.jobs.erase import finish_erasure
from lealtad.jobs.options import OUT, SETTINGS, LoadedAt, Out, SettingsFile, Source, SourceArgument
from lealtad.lake import Lake, locate_lake, note_address
from lealtad.lake.erasing.suppression import read_key
from lealtad.lake.loading import load, parse_load_time
from lealtad.lake.object_store.working_folder import find_address
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
    """Load a source into the lake in OUT/lake; it is opened once a person has permitted what it needs."""
    with job.step("ingest", out) as step:
        finish_erasure(out)
        company = find_settings_in_force(out, settings, name)
        require_source_permission(out, name)
        opened = open_it()
        check_record(out, company)
        _place_lake(step, company.settings)
        if moment > datetime.now(UTC) + _DAY:
            step.report(f"--loaded-at {moment:%Y-%m-%d} is in the future: facts up to then count as happened")
        rejects = out / "rejected.csv"
        try:
            loaded = load(
                out / "lake",
                opened,
                loaded_at=moment,
                reject_limit=opened.reject_limit,
                say=step.report,
                rejected_csv=rejects,
                settings=serialize_settings(CompanyProfile.of(company.settings)),
                key=read_key(out),
            )
        finally:  # a refused load writes it, too
            note_outputs([(rejects, rejects)] if rejects.is_file() else [])
        step.report(f"settings: {company.origin}")
        record_settings(step, company)
        _write_ground_truth(out, opened.ground_truth)
        for table, files in loaded.unchanged.items():
            step.report(f"{table}: {format_count(len(files), 'file')} unchanged since the last load")
        for remark in opened.remarks():
            step.report(remark)
        for table, counts in loaded.counts.items():
            step.report(f"{table}: {counts.sentence()}")
            if counts.remark():
                step.report(f"{table}: {counts.remark()}")
        rows = {table: counts.to_plain() for table, counts in loaded.counts.items()}
        step.note(source=name, rows=rows, came_in=_find_unreported(out, loaded.lake) or rows)


def _write_ground_truth(out: Path, truth: Mapping[str, pl.DataFrame]) -> None:
    """Write the ground truth of a simulated company next to the lake."""
    with job.move_into_place(*(out / f"{table}.parquet" for table in truth)) as paths:
        for frame, path in zip(truth.values(), paths, strict=True):
            frame.write_parquet(path)


def _place_lake(step: job.Step, company: Settings) -> None:
    """Note the lake's address from the settings in the run directory, so that all jobs find it."""
    run = find_address(step.out)
    if company.lake.address is not None:
        note_address(step.out / "lake", company.lake.address, company.lake.options)
    elif run is not None:
        note_address(step.out / "lake", str(run / "lake"), {})
    root = locate_lake(step.out / "lake")
    if root != step.out / "lake":
        step.report(f"the lake stands at {root}")


def _find_unreported(out: Path, lake: Lake) -> dict[str, Any] | None:
    """Return the counts of the last load, if its night was interrupted before reporting them."""
    last = lake.manifest.load
    return last["rows"] if last and last["commit"] > job.read_summary(out).get("reported", -1) else None
