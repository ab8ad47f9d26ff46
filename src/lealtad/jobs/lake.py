"""`lealtad lake …`: what is done to the lake as a whole."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from lealtad.base import job
from lealtad.base.errors import ExitCode
from lealtad.base.language import format_count
from lealtad.base.outputs import find_altered
from lealtad.jobs.options import OUT, Out
from lealtad.lake.verification import verify as verify_lake

if TYPE_CHECKING:
    from lealtad.lake.verification import Damage


def verify(out: Out = OUT) -> None:
    """Check every file of the lake, and what jobs left beside it, against its checksums; nothing is written.

    Exit code 0: all is as it was written. 1: something is damaged; each file is named, with the commits that read
    it and the newest one that still has the rows.
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


def _describe(damage: Damage) -> str:
    first, last = (damage.commits[0], damage.commits[-1]) if damage.commits else (None, None)
    readers = "" if first is None else f"; read by commit {first}" + ("" if last == first else f" to {last}")
    if damage.last_whole is not None:
        rest = f"; commit {damage.last_whole} still has the rows it knew"
    else:
        rest = "; no earlier commit has the rows" if damage.table else ""
    return f"{damage.path}: {damage.problem}{readers}{rest}"
