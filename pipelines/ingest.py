"""Source → contract → lake: check every row, keep the rejects with their reasons, commit all tables at once."""

from dataclasses import asdict
from datetime import UTC, datetime

from lealtad import job
from lealtad.errors import SettingsError
from lealtad.language import counted
from lealtad.loading import load
from lealtad.sources import open_source
from pipelines.options import OUT, LoadedAt, Out, Source


def ingest(data: Source = "simulated", out: Out = OUT, loaded_at: LoadedAt = "") -> None:
    """Read a source, check it against the contract, and load it into the lake in OUT/lake."""
    moment = _instant(loaded_at) if loaded_at else datetime.now(UTC)
    with job.step("ingest", out) as step:
        source = open_source(data)
        loaded = load(
            out / "lake",
            source,
            loaded_at=moment,
            reject_limit=source.reject_limit,
            say=step.say,
            rejected_csv=out / "rejected.csv",
        )
        with job.moved_into_place(*(out / f"{name}.parquet" for name in source.beside)) as paths:
            for frame, path in zip(source.beside.values(), paths, strict=True):
                frame.write_parquet(path)
        for name, files in loaded.unchanged.items():
            step.say(f"{name}: {counted(len(files), 'file')} unchanged since the last load")
        for remark in source.remarks():
            step.say(remark)
        for name, counts in loaded.counts.items():
            step.say(f"{name}: {counts.sentence()}")
            if counts.remark():
                step.say(f"{name}: {counts.remark()}")
        rows = {name: {"valid": counts.valid} | asdict(counts) for name, counts in loaded.counts.items()}
        step.note(source=data, rows=rows)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            place="--loaded-at",
            expected="a time such as 2026-01-31T09:30:00Z",
            found=f"'{text}'",
            mend="Leave it out to mean now.",
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    job.command(ingest)
