"""Check of all files of a lake against their checksums: what is damaged, and which commit still has the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from lealtad.base.errors import DamageError, StoreError
from lealtad.lake import delta
from lealtad.lake.checksums import find_damage
from lealtad.lake.damage import find_last_whole
from lealtad.lake.manifest import NAME, PAST, Manifest
from lealtad.lake.object_store.place import locate_lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lealtad.lake.checksums import FileSums
    from lealtad.lake.entries import Entry


@dataclass(frozen=True)
class Damage:
    """A damaged file of a lake.

    Attributes
    ----------
    path
        Its path below the lake's folder.
    problem
        What is wrong with it.
    table
        The table it belongs to; empty for the state of the whole lake.
    commits
        The commits that read it.
    last_whole
        The newest commit before them that still has the rows; None if there is none.
    """

    path: str
    problem: str
    table: str = ""
    commits: tuple[int, ...] = ()
    last_whole: int | None = None


@dataclass(frozen=True)
class Verification:
    """The result of checking all files of a lake.

    Attributes
    ----------
    files
        How many files were checked.
    bytes
        Their size in all.
    unchecked
        Commits of older versions of lealtad, which have no checksums.
    """

    damages: list[Damage] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    unchecked: tuple[int, ...] = ()


def verify(root: Path) -> Verification:
    """Check every byte that any commit of a lake reads, without writing anything.

    Raises
    ------
    LakeError
        If there is no lake at `root`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import polars as pl
    >>> from lealtad.lake import Lake, commit_tables
    >>> root = Path(tempfile.mkdtemp()) / "lake"
    >>> _ = commit_tables(Lake.open_or_new(root, facts=1), {"customers": pl.DataFrame({"customer_id": ["c"]})})
    >>> verify(root).damages
    []
    """
    root = locate_lake(root)
    states, damages = _read_states(root)
    readers: dict[tuple[str, str], tuple[FileSums, list[int]]] = {}
    for number, state in states.items():
        for name, entry in state.tables.items():
            for path, sums in (entry.files or {}).items():
                readers.setdefault((name, path), (sums, []))[1].append(number)
    for (name, path), (sums, commits) in readers.items():
        problem = find_damage(root / name / path, sums)
        if problem is not None:
            whole = find_last_whole(root, name, states[commits[0]], sums.bucket)
            damages.append(Damage(f"{name}/{path}", problem, name, tuple(commits), whole))
    damages += _check_logs(root, states)
    unchecked = [n for n, state in states.items() if any(entry.files is None for entry in state.tables.values())]
    return Verification(
        damages, len(readers) + len(states), sum(sums.size for sums, _ in readers.values()), tuple(unchecked)
    )


def _read_states(root: Path) -> tuple[dict[int, Manifest], list[Damage]]:
    """Return the states of all commits by number, and those that cannot be read."""
    states, damages = {}, []
    for path in sorted((root / PAST).glob("*.json")):
        number = int(path.stem)
        try:
            states[number] = Manifest.read_past(root, number)
        except DamageError as error:
            damages.append(Damage(f"{PAST}/{path.name}", error.found, commits=(number,)))
    try:
        now = Manifest.read(root)
        # a commit that was interrupted before it took effect does not count
        states = {number: state for number, state in states.items() if number < now.number} | {now.number: now}
    except DamageError as error:
        damages.append(Damage(NAME, error.found))
    return states, damages


def _check_logs(root: Path, states: dict[int, Manifest]) -> Iterator[Damage]:
    """Yield the damage to Delta's logs: in their files, or in what they list."""
    written: dict[tuple[str, str], tuple[int, int]] = {}
    entries: dict[tuple[str, int], tuple[Entry, int]] = {}
    for number, state in sorted(states.items()):
        for name, entry in state.tables.items():
            # the newest commit that wrote a log file has its checksum
            written |= {(name, path): (number, total) for path, total in entry.log.items()}
            entries.setdefault((name, entry.version), (entry, number))
    for (name, path), (number, total) in written.items():
        place = root / name / delta.LOG / path
        if not place.is_file() or crc32(place.read_bytes()) != total:
            problem = "altered" if place.is_file() else "missing"
            yield Damage(f"{name}/{delta.LOG}/{path}", problem, name, (number,))
    for (name, version), (entry, number) in entries.items():
        problem = _compare_state(root / name, entry)
        if problem:
            yield Damage(f"{name}/{delta.LOG}", f"version {version} {problem}", name, (number,))


def _compare_state(table: Path, entry: Entry) -> str:
    if entry.files is None:
        return ""
    try:
        files, schema = delta.read_state(table, entry.version)
    except (*delta.BROKEN, StoreError) as error:
        return f"cannot be read ({str(error).splitlines()[0]})"
    if files != {path: sums.bucket for path, sums in entry.files.items()}:
        return "states other files than were committed"
    return "" if schema == entry.schema else "states other columns than were committed"
