"""`lealtad lake …`: operations on the lake as a whole."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lealtad.base import job
from lealtad.base.errors import ExitCode, SettingsError
from lealtad.base.language import format_count
from lealtad.base.outputs import find_altered
from lealtad.company.settings_in_force import find_settings_in_force
from lealtad.jobs.options import OUT, SETTINGS, Because, LoadedAt, Out, SettingsFile
from lealtad.jobs.training_reach import describe_cut, list_cut_tables
from lealtad.lake import Lake
from lealtad.lake.erasing.compaction import compact as compact_lake
from lealtad.lake.erasing.thinning import find_first_commit, thin
from lealtad.lake.erasing.vacuum import vacuum as vacuum_lake
from lealtad.lake.erasing.withdrawal import parse_key
from lealtad.lake.erasing.withdrawal import withdraw as withdraw_rows
from lealtad.lake.loading import parse_load_time
from lealtad.lake.verification import verify as verify_lake

if TYPE_CHECKING:
    from lealtad.company.settings import Settings
    from lealtad.lake.verification import Damage

Table = Annotated[str, typer.Argument(help="A table of facts, such as orders.")]
Key = Annotated[str, typer.Argument(help="The key of the row: o17, or order_id=o17,line=2.")]
Days = Annotated[float, typer.Option(min=0, help="Days for which past commits stay; 0 keeps only the newest.")]


def verify(out: Out = OUT) -> None:
    """Check every file of the lake, and of the jobs next to it, against its checksums; writes nothing.

    Exit code 0: everything is intact. 1: something is damaged; each file is named, with the commits that read it
    and the newest one that still has the rows.
    """
    root = out / "lake"
    result = verify_lake(root)
    altered = [str(path) for path in find_altered(out)]
    for line in (*map(_describe, result.damages), *(f"{path}: altered since a job wrote it" for path in altered)):
        job.show(line)
    if result.unchecked:
        job.show(
            f"commits without checksums, of an older lealtad: {', '.join(map(str, result.unchecked))}", sys.stderr
        )
    count = len(result.damages) + len(altered)
    if count:
        job.show(
            f"{format_count(count, 'file')} damaged; restore from a backup (docs/how_to/backup_and_restore.md)"
        )
        raise typer.Exit(ExitCode.NO)
    job.show(f"whole: {result.files:,} files, {result.bytes / 2**20:,.0f} MiB, as they were written")


def withdraw(table: Table, key: Key, because: Because = "", out: Out = OUT, loaded_at: LoadedAt = "") -> None:
    """Withdraw a row that was loaded wrongly from a table; as of earlier dates it is still there.

    The same row in a later load adds nothing; a corrected row of the key counts.
    """
    if not because.strip():
        raise SettingsError(
            place="--because", expected="why the row is withdrawn", found="nothing", fix='State it: --because "…".'
        )
    with job.step("withdraw", out) as step:
        rows = withdraw_rows(out / "lake", table, parse_key(table, key), because, parse_load_time(loaded_at))
        step.report(f"{table}: {format_count(rows.height, 'row')} withdrawn; the next features are without")


def compact(out: Out = OUT) -> None:
    """Write every bucket of several small files as one sorted file; nothing else changes."""
    with job.step("compact", out) as step:
        count = compact_lake(out / "lake")
        step.report(
            f"{format_count(count, 'bucket')} written as one file each; lealtad lake vacuum frees the others"
        )


def vacuum(out: Out = OUT, days: Days = 30.0, settings: SettingsFile = SETTINGS) -> None:
    """Thin tables by [keep] of lealtad.toml; remove commits older than --days, and files only they read."""
    with job.step("vacuum", out) as step:
        thin_lake(step, find_settings_in_force(out, settings).settings, days)


def thin_lake(step: job.Step, company: Settings, days: float | None = None) -> None:
    """Thin the tables of a lake by the company's rules, then remove past commits; None follows `[keep]`."""
    root, keep = step.out / "lake", company.keep
    cut = list_cut_tables(Lake.open(root), company, Path())
    if cut:
        step.report(describe_cut(cut))
    rows = thin(root, keep.tables)
    if rows:
        step.report(
            "thinned: " + ", ".join(f"{name} {format_count(number, 'row')}" for name, number in rows.items())
        )
    days = keep.commits if days is None else days
    if days is None:
        return
    now = datetime.now(UTC)
    removed = vacuum_lake(
        root, now, f"commits stay {days:g} days", find_first_commit(root, now - timedelta(days=days))
    )
    if removed.files or removed.commits:
        step.report(
            f"{format_count(removed.commits, 'past commit')} and {format_count(removed.files, 'file')} removed, "
            f"{removed.bytes / 2**20:,.1f} MiB"
        )


def _describe(damage: Damage) -> str:
    first, last = (damage.commits[0], damage.commits[-1]) if damage.commits else (None, None)
    readers = "" if first is None else f"; read by commit {first}" + ("" if last == first else f" to {last}")
    if damage.last_whole is not None:
        rest = f"; commit {damage.last_whole} still has the rows it knew"
    else:
        rest = "; no earlier commit has the rows" if damage.table else ""
    return f"{damage.path}: {damage.problem}{readers}{rest}"
