"""Source → contract → lake: check every row, keep the rejects with their reasons, commit all tables at once."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from lealtad.base import job
from lealtad.base.language import counted
from lealtad.company.settings_in_force import check_record, record, settings_in_force
from lealtad.examples.features import Company, kept_form
from lealtad.jobs.options import OUT, SETTINGS, LoadedAt, Out, SettingsFile, Source
from lealtad.lake.loading import load, load_moment
from lealtad.sources import open_source

_DAY = timedelta(days=1)


def ingest(
    data: Source = "simulated", out: Out = OUT, loaded_at: LoadedAt = "", settings: SettingsFile = SETTINGS
) -> None:
    """Read a source, check it against the contract, and load it into the lake in OUT/lake.

    The settings of the company are recorded in OUT/lealtad.toml, which later jobs follow.
    """
    moment = load_moment(loaded_at)
    with job.step("ingest", out) as step:
        source, company = open_source(data), settings_in_force(out, settings, data)
        check_record(out, company)
        if moment > datetime.now(UTC) + _DAY:
            step.report(f"--loaded-at {moment:%Y-%m-%d} lies in the future: facts up to then count as happened")
        loaded = load(
            out / "lake",
            source,
            loaded_at=moment,
            reject_limit=source.reject_limit,
            say=step.report,
            rejected_csv=out / "rejected.csv",
            settings=kept_form(Company.of(company.settings)),
        )
        step.report(f"settings: {company.origin}")
        record(step, company)
        with job.moved_into_place(*(out / f"{name}.parquet" for name in source.beside)) as paths:
            for frame, path in zip(source.beside.values(), paths, strict=True):
                frame.write_parquet(path)
        for name, files in loaded.unchanged.items():
            step.report(f"{name}: {counted(len(files), 'file')} unchanged since the last load")
        for remark in source.remarks():
            step.report(remark)
        for name, counts in loaded.counts.items():
            step.report(f"{name}: {counts.sentence()}")
            if counts.remark():
                step.report(f"{name}: {counts.remark()}")
        rows = {name: {"valid": counts.valid} | asdict(counts) for name, counts in loaded.counts.items()}
        step.note(source=data, rows=rows)
