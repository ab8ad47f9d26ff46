"""Vacuum: delete past commits that are no longer kept, and every file that no remaining commit reads."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import TYPE_CHECKING, Any
from zlib import crc32

from lealtad.base.errors import DamageError
from lealtad.base.seal import seal
from lealtad.base.syncing import replace_synced, sync, sync_files
from lealtad.lake import delta
from lealtad.lake.manifest import LOCK, PAST, Manifest, locate_past
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.lease import require_lease
from lealtad.lake.object_store.place import locate_lake
from lealtad.lake.store import Lake
from lealtad.lake.tables import remove_table
from lealtad.lake.writing import start_draft

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
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

    Delta's log begins with a checkpoint at the oldest version that stays. Older log files are deleted with their
    content, such as statistics of older versions of lealtad. An interrupted vacuum can simply be run again.

    Parameters
    ----------
    because
        The reason, shown to anyone who opens a removed commit.
    keep
        The number of the oldest commit that stays; the newest always does. 0 keeps all.

    Raises
    ------
    BusyError
        If another run is writing to the lake, or takes over a lake at an address before all is removed.
    """
    root = locate_lake(root)
    with start_draft(Lake.open(root)):
        now = Manifest.read(root)
        first = min(keep, now.number)
        states = {number: Manifest.read_past(root, number) for number in _list_numbers(root, first, now.number)}
        states[now.number] = now
        gone = _list_numbers(root, 0, first)
        doomed = _list_unread(root, states)
        if not gone and not doomed and not _list_unread_logs(root, states):
            return Vacuumed()
        _write_checkpoints(root, states)
        _rewrite_states(root, states, first, {"at": moment.isoformat(), "because": because} if gone else None)
        _remove_files(root, [locate_past(root, number) for number in gone])
        logs = _list_unread_logs(root, states)
        _remove_files(root, [*doomed, *logs])
        if not isinstance(root, Address):  # a load into a store stages its rows on its own machine
            shutil.rmtree(root / _STAGING, ignore_errors=True)
        _remove_tables(root, states)
    return Vacuumed(len(gone), len(doomed) + len(logs), sum(doomed.values()) + sum(logs.values()))


def _list_numbers(root: Path, first: int, end: int) -> list[int]:
    numbers = [int(path.stem) for path in sorted((root / PAST).glob("*.json"))]
    return [number for number in numbers if first <= number < end]


def _list_unread(root: Path, states: Mapping[int, Manifest]) -> dict[Path, int]:
    """Return the data files that no state reads, with their sizes; including tables and files of killed runs."""
    read = {
        root / name / path
        for state in states.values()
        for name, entry in state.tables.items()
        for path in _list_files(root / name, entry)
    }
    tables = _list_tables(root)
    logs = {table / delta.LOG for table in tables}
    stored = {path: size for table in tables for path, size in _measure_files(table).items()}
    return {path: size for path, size in stored.items() if path not in read and not logs & set(path.parents)}


def _list_tables(root: Path) -> list[Path]:
    return [path for path in root.iterdir() if (path / delta.LOG).is_dir()]


def _measure_files(folder: Path) -> dict[Path, int]:
    """Return the size of each file below a folder; at an address one listing returns all sizes."""
    if isinstance(folder, Address):
        from lealtad.lake.object_store.connection import list_sizes

        return dict(sorted(list_sizes(folder).items()))
    return {path: path.stat().st_size for path in sorted(folder.rglob("*")) if path.is_file()}


def _list_files(table: Path, entry: Entry) -> Mapping[str, Any]:
    return delta.read_state(table, entry.version)[0] if entry.files is None else entry.files


def _write_checkpoints(root: Path, states: Mapping[int, Manifest]) -> None:
    """Write a checkpoint at the oldest remaining version of each table; it covers everything before."""
    for name, versions in _list_versions(states).items():
        table = root / name
        if not (table / delta.LOG / f"{min(versions):020d}.checkpoint.parquet").is_file():
            delta.write_checkpoint(table, min(versions))
        # the hint may point at what a killed run left; without a hint the log is listed
        (table / delta.LOG / "_last_checkpoint").unlink(missing_ok=True)
        if not isinstance(root, Address):
            sync_files(_measure_files(table / delta.LOG))


def _list_versions(states: Mapping[int, Manifest]) -> dict[str, set[int]]:
    versions: dict[str, set[int]] = {}
    for state in states.values():
        for name, entry in state.tables.items():
            versions.setdefault(name, set()).add(entry.version)
    return versions


def _list_unread_logs(root: Path, states: Mapping[int, Manifest]) -> dict[Path, int]:
    """Return the files of logs that are before the oldest version that stays, or after the newest, with sizes."""
    unread = {}
    for name, versions in _list_versions(states).items():
        for path, size in _measure_files(root / name / delta.LOG).items():
            number = path.name.partition(".")[0]
            if number.isdigit() and not min(versions) <= int(number) <= max(versions):
                unread[path] = size
    return unread


def _rewrite_states(root: Path, states: dict[int, Manifest], first: int, thinned: dict[str, Any] | None) -> None:
    """Rewrite the states whose logs now begin later; the newest comes last, because it is the commit.

    In a store it comes first: if another run took over, its condition fails and nothing is changed.
    """
    newest = max(states)
    doomed = set(_list_unread_logs(root, states))
    for number, state in sorted(states.items(), reverse=isinstance(root, Address)):
        tables = {
            name: changed(entry, log=_list_log(root / name, entry, doomed, whole=number == newest))
            for name, entry in state.tables.items()
        }
        rewritten = changed(state, tables=tables)
        if number == newest and thinned is not None:
            rewritten = changed(rewritten, thinned={**(state.thinned or {}), "before": first, **thinned})
        states[number] = rewritten
        if rewritten != state and number == newest:
            rewritten.write(root)
        elif rewritten != state or (number == newest and _is_stale(root, rewritten)):
            _write_past(root, rewritten)


def _is_stale(root: Path, state: Manifest) -> bool:
    """Return whether the past copy of a state differs from it, because a run was killed between the two writes."""
    try:
        return Manifest.read_past(root, state.number) != state
    except DamageError:
        return True


def _write_past(root: Path, state: Manifest) -> None:
    path, text = locate_past(root, state.number), seal(state.to_plain())
    if isinstance(path, Address):
        path.write_bytes(text.encode())
    else:
        replace_synced(path, text)


def _list_log(table: Path, entry: Entry, doomed: set[Path], *, whole: bool) -> dict[str, int]:
    """Return the checksums of log files: all remaining ones for the newest state, its own for a past state."""
    present = [path for path in _measure_files(table / delta.LOG) if path not in doomed]
    return {path.name: crc32(path.read_bytes()) for path in present if whole or path.name in entry.log}


def _remove_files(root: Path, paths: Iterable[Path]) -> None:
    paths = list(paths)
    if isinstance(root, Address):
        for path in paths:
            require_lease(root / LOCK)
            path.unlink()
        return
    for path in paths:
        path.unlink(missing_ok=True)
    for folder in sorted({path.parent for path in paths}, reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        elif folder.is_dir():
            sync(folder)


def _remove_tables(root: Path, states: Mapping[int, Manifest]) -> None:
    """Remove the folders of tables that are in no state."""
    stated = {name for state in states.values() for name in state.tables}
    for table in _list_tables(root):
        if table.name not in stated:
            if isinstance(root, Address):
                require_lease(root / LOCK)
            remove_table(table)
