"""Checksums of the files in a run directory, so that altered files are found and not read back."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from lealtad.base.errors import DamageError
from lealtad.base.seal import open_seal, seal
from lealtad.base.syncing import replace_synced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SUMS, _RUN, _SUMMARY = ".sums.json", ".lock", "summary.json"  # a run directory has this lock file
_BLOCK, _DEEPEST = 2**20, 3  # folders of a run, such as those of owners, lie no deeper


def note_outputs(written: Iterable[tuple[Path, Path]]) -> None:
    """Note the checksum of each file before it is moved into a run directory.

    Until the file is moved, the previous file is in place: both checksums are valid.

    Parameters
    ----------
    written
        Pairs of temporary file and target.
    """
    by_folder: dict[Path, list[tuple[Path, str]]] = {}
    for beside, path in written:
        folder = _find_run(path)
        if folder is not None:
            by_folder.setdefault(folder, []).append((beside, path.relative_to(folder).as_posix()))
    for folder, files in by_folder.items():
        sums = _read_sums(folder)
        for beside, name in files:
            sums[name] = [_compute_sum(beside), *sums.get(name, [])[:1]]
        replace_synced(folder / _SUMS, seal(sums))


def check_output(path: Path) -> None:
    """Refuse to read back a file that was altered since a job wrote it.

    Raises
    ------
    DamageError
        If its checksum was noted, and differs.
    """
    folder = _find_run(path)
    noted = None if folder is None else _read_sums(folder).get(path.relative_to(folder).as_posix())
    if noted is not None and path.is_file() and _compute_sum(path) not in noted:
        raise DamageError(
            path=path,
            expected="what a job wrote",
            found="an altered file",
            fix="Restore it from a backup, or delete it and run the job that writes it again.",
        )


def find_altered(out: Path) -> Iterator[Path]:
    """Yield the files of a run directory that were altered since a job wrote them, without deleted ones."""
    for name, noted in _read_sums(out).items():
        if (out / name).is_file() and _compute_sum(out / name) not in noted:
            yield out / name


def _find_run(path: Path) -> Path | None:
    """Return the run directory of a file; None if it is in none."""
    nearest, *above = path.parents[:_DEEPEST]
    if (nearest / _RUN).exists():
        return nearest
    # a lock file further up may belong to another program, so there a summary must exist next to it
    return next((each for each in above if (each / _RUN).exists() and (each / _SUMMARY).exists()), None)


def _read_sums(folder: Path) -> dict[str, list[int]]:
    try:
        return open_seal((folder / _SUMS).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # missing or damaged sums are noted again by the next jobs
        return {}


def _compute_sum(path: Path) -> int:
    number = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            number = crc32(block, number)
    return number
