"""Vacuum: past commits that are no longer kept, and every file that no kept commit reads, leave the disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import TYPE_CHECKING, Any
from zlib import crc32

from lealtad.base.seal import seal
from lealtad.base.syncing import replace_synced, sync, sync_files
from lealtad.lake import delta
from lealtad.lake.manifest import NAME, PAST, Manifest, locate_past
from lealtad.lake.object_store.place import require_folder
from lealtad.lake.store import Lake
from lealtad.lake.writing import start_draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from lealtad.lake.entries import Entry

_STAGING = ".staging"


@dataclass(frozen=True)
class Vacuumed:
    """What a vacuum removed.

    Attributes
    ----------
    commits
        Past commits that can no longer be opened.
    files
        Files that were removed, of tables and of their logs.
    bytes
        Their size in all.
    """

    commits: int = 0
    files: int = 0
    bytes: int = 0


def vacuum(root: Path, moment: datetime, because: str, keep: int = 0) -> Vacuumed:
    """Remove past commits, and the files that no remaining commit reads.

    Delta's log begins anew with a checkpoint at the oldest version that stays. Older files of the log leave with
    what they note, such as statistics of an older lealtad. Killed at any moment, it is done again.

    Parameters
    ----------
    because
        Why, for whoever asks for a commit that is gone.
    keep
        The number of the oldest commit that stays; the newest always does. 0 keeps all.

    Raises
    ------
    LakeError
        If the lake stands at an address of an object store.
    """
    require_folder(root)
    with start_draft(Lake.open(root)):
        now = Manifest.read(root)
        first = min(keep, now.number)
        states = {number: Manifest.read_past(root, number) for number in _list_numbers(root, first, now.number)}
        states[now.number] = now
        gone = _list_numbers(root, 0, first)
        doomed = _list_unread(root, states)
        if not gone and not doomed and not _list_unread_logs(root, states):
            return Vacuumed()
        _begin_logs_anew(root, states)
        _restate(root, states, first, {"at": moment.isoformat(), "because": because} if gone else None)
        size = sum(path.stat().st_size for path in doomed)
        for number in gone:
            locate_past(root, number).unlink(missing_ok=True)
        sync(root / PAST)
        logs = _list_unread_logs(root, states)
        size += sum(path.stat().st_size for path in logs)
        _remove_files([*doomed, *logs])
        shutil.rmtree(root / _STAGING, ignore_errors=True)
        _remove_tables(root, states)
    return Vacuumed(len(gone), len(doomed) + len(logs), size)


def _list_numbers(root: Path, first: int, end: int) -> list[int]:
    numbers = [int(path.stem) for path in sorted((root / PAST).glob("*.json"))]
    return [number for number in numbers if first <= number < end]


def _list_unread(root: Path, states: Mapping[int, Manifest]) -> list[Path]:
    """Return the data files that no state reads; tables and files of killed runs among them."""
    read = {
        root / name / path
        for state in states.values()
        for name, entry in state.tables.items()
        for path in _list_files(root / name, entry)
    }
    tables = [path.parent for path in root.glob(f"*/{delta.LOG}")]
    logs = {table / delta.LOG for table in tables}
    stored = [path for table in tables for path in sorted(table.rglob("*")) if path.is_file()]
    return [path for path in stored if path not in read and not logs & set(path.parents)]


def _list_files(table: Path, entry: Entry) -> Mapping[str, Any]:
    return delta.read_state(table, entry.version)[0] if entry.files is None else entry.files


def _begin_logs_anew(root: Path, states: Mapping[int, Manifest]) -> None:
    """Write a checkpoint at the oldest version of each table that stays; it holds all that is before."""
    for name, versions in _list_versions(states).items():
        table = root / name
        if not (table / delta.LOG / f"{min(versions):020d}.checkpoint.parquet").is_file():
            delta.write_checkpoint(table, min(versions))
        # a hint to what a killed run left; without it the log is listed
        (table / delta.LOG / "_last_checkpoint").unlink(missing_ok=True)
        sync_files(path for path in (table / delta.LOG).iterdir() if path.is_file())


def _list_versions(states: Mapping[int, Manifest]) -> dict[str, set[int]]:
    versions: dict[str, set[int]] = {}
    for state in states.values():
        for name, entry in state.tables.items():
            versions.setdefault(name, set()).add(entry.version)
    return versions


def _list_unread_logs(root: Path, states: Mapping[int, Manifest]) -> list[Path]:
    """Return the files of logs that are before the oldest version that stays, or after the newest."""
    unread = []
    for name, versions in _list_versions(states).items():
        for path in sorted((root / name / delta.LOG).glob("[0-9]*")):
            number = int(path.name.partition(".")[0])
            if not min(versions) <= number <= max(versions):
                unread.append(path)
    return unread


def _restate(root: Path, states: dict[int, Manifest], first: int, thinned: dict[str, Any] | None) -> None:
    """Write the states anew whose logs begin later than they did; the newest last, which is the commit."""
    newest = max(states)
    doomed = set(_list_unread_logs(root, states))
    for number, state in sorted(states.items()):
        tables = {
            name: changed(entry, log=_list_log(root / name, entry, doomed, whole=number == newest))
            for name, entry in state.tables.items()
        }
        restated = changed(state, tables=tables)
        if number == newest and thinned is not None:
            restated = changed(restated, thinned={**(state.thinned or {}), "before": first, **thinned})
        states[number] = restated
        if restated != state:
            replace_synced(locate_past(root, number), seal(restated.to_plain()))
            if number == newest:
                replace_synced(root / NAME, seal(restated.to_plain()))


def _list_log(table: Path, entry: Entry, doomed: set[Path], *, whole: bool) -> dict[str, int]:
    """Return the checksums of a log's files: of the newest state all that stay, of a past one its own."""
    names = [path.name for path in (table / delta.LOG).iterdir() if path.is_file()] if whole else list(entry.log)
    paths = [table / delta.LOG / name for name in sorted(names)]
    return {path.name: crc32(path.read_bytes()) for path in paths if path not in doomed and path.is_file()}


def _remove_files(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in sorted({path.parent for path in paths}, reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        elif folder.is_dir():
            sync(folder)


def _remove_tables(root: Path, states: Mapping[int, Manifest]) -> None:
    """Remove the folders of tables that no state holds."""
    stated = {name for state in states.values() for name in state.tables}
    for log in list(root.glob(f"*/{delta.LOG}")):
        if log.parent.name not in stated:
            shutil.rmtree(log.parent, ignore_errors=True)
