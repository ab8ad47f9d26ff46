"""`lake.json`: which version of each table the lake stands at. Replacing it is the commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import DamageError, LakeError
from lealtad.base.seal import open_seal, seal
from lealtad.base.syncing import replace_synced
from lealtad.lake.entries import WHOLE, Entry, Part
from lealtad.lake.object_store.address import Address
from lealtad.lake.object_store.state import read_state, replace_state

if TYPE_CHECKING:
    from pathlib import Path

NAME = "lake.json"
PAST = "commits"
LOCK = ".lock"
_FORMAT = 3  # 2 had neither checksums nor a hash of itself, 1 no parts


@dataclass(frozen=True)
class Manifest:
    """The state of a lake.

    Attributes
    ----------
    number
        The number of the commit, from 0 (a lake without tables).
    loaded_at
        When its facts were loaded last (UTC); None if no load wrote them. For manifests of older versions of
        lealtad it is when the manifest was written.
    settings
        The settings with which the features were computed; None: unknown.
    load
        The last load that changed anything: the `commit` that it made, and its `rows` by table; None: unknown.
    thinned
        What was removed: `before`, the oldest commit that can be opened, `at` and `because`. `nights` is by table
        the first night that is still complete. None: nothing was thinned.
    tag
        The version of `lake.json` in an object store that it was read from, which the next commit replaces.
    measured
        False if an older version of lealtad wrote the manifest, without parts.
    """

    buckets: int
    tables: dict[str, Entry] = field(default_factory=dict)
    number: int = 0
    measured: bool = True
    loaded_at: datetime | None = None
    settings: dict[str, Any] | None = None
    load: dict[str, Any] | None = None
    thinned: dict[str, Any] | None = None

    tag: str | None = field(default=None, compare=False, repr=False)

    def write(self, root: Path) -> None:
        """Make this the state of the lake at `root` atomically, and keep a copy among the past states.

        Raises
        ------
        BusyError
            If another run committed meanwhile to a lake in an object store.
        """
        text = seal(self.to_plain())
        if isinstance(root, Address):
            replace_state(root / NAME, text, self.tag)
            (locate_past(root, self.number)).write_bytes(text.encode())
            return
        (root / PAST).mkdir(exist_ok=True)
        for path in (locate_past(root, self.number), root / NAME):
            replace_synced(path, text)

    def keep(self, root: Path) -> None:
        """Copy `lake.json`, which holds this state, to the past states unless it is there."""
        (root / PAST).mkdir(exist_ok=True)
        past = locate_past(root, self.number)
        if isinstance(root, Address):
            if not past.is_file():
                past.write_bytes((root / NAME).read_bytes())
        elif not past.exists():
            replace_synced(past, (root / NAME).read_text())

    @classmethod
    def read(cls, root: Path, commit: int | None = None) -> Manifest:
        """Read the state of the lake at `root`: the current one, or that of an earlier commit.

        Raises
        ------
        LakeError
            If there is no lake at `root`, or no such commit in it.
        DamageError
            If the manifest cannot be read, or was altered.
        """
        if not (root / NAME).is_file():
            problem = "no such directory" if not root.exists() else f"no {NAME} in it"
            raise LakeError(
                path=root,
                expected=f"a lake (a directory with {NAME})",
                found=problem,
                fix="Run lealtad ingest first, or name the directory of a run with --out.",
            )
        now = _parse_state(root, root / NAME)
        if commit is None or commit == now.number:
            return now
        path = locate_past(root, commit)
        if now.thinned and 0 <= commit < now.thinned.get("before", 0):
            raise LakeError(
                path=root,
                expected=f"a commit from {now.thinned['before']} to {now.number}",
                found=f"{commit}, thinned on {now.thinned['at'][:10]} ({now.thinned['because']})",
                fix="Open another one; what was thinned cannot be restored.",
            )
        if commit > now.number or not path.is_file():
            raise LakeError(
                path=root,
                expected=f"a commit from 0 to {now.number}",
                found=f"{commit}" if commit > now.number or commit < 0 else f"no {PAST}/{path.name}",
                fix="Open another one, or restore it from a backup.",
            )
        return _parse_state(root, path)

    @classmethod
    def read_past(cls, root: Path, number: int) -> Manifest:
        """Read the file of a commit, which may have been interrupted before it took effect.

        Raises
        ------
        DamageError
            If it cannot be read, or was altered.
        """
        return _parse_state(root, locate_past(root, number))

    def has_ever_had(self, root: Path, name: str) -> bool:
        """Return whether this commit of the lake at `root`, or one before it, held a table of that name."""
        numbers = range(self.number, -1, -1)
        return any(
            name in _parse_state(root, locate_past(root, n)).tables
            for n in numbers
            if locate_past(root, n).is_file()
        )

    def list_paths(self) -> list[str]:
        """Return the data files of all tables, below the root of the lake."""
        return [f"{name}/{path}" for name, entry in self.tables.items() for path in entry.files or {}]

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON types."""
        tables = {name: entry.to_plain() for name, entry in sorted(self.tables.items())}
        return {
            "format": _FORMAT,
            "number": self.number,
            "buckets": self.buckets,
            "loaded_at": self.loaded_at.isoformat() if self.loaded_at else None,
            "settings": self.settings,
            "load": self.load,
            **({"thinned": self.thinned} if self.thinned else {}),
            "tables": tables,
        }


def locate_past(root: Path, number: int) -> Path:
    return root / PAST / f"{number:06d}.json"


def _parse_state(root: Path, path: Path) -> Manifest:
    try:
        text, tag = read_state(path) if isinstance(path, Address) else (path.read_text(), None)
        state = open_seal(text, required=False)
        if state["format"] == 1:
            return _parse_format_1(state, _parse_load_time(state, path))
        if state["format"] not in {2, _FORMAT}:
            raise ValueError(f"format {state['format']}")  # noqa: TRY301
        tables = {name: Entry.from_plain(entry) for name, entry in state["tables"].items()}
        return Manifest(
            buckets=state["buckets"],
            tables=tables,
            number=state["number"],
            loaded_at=_parse_load_time(state, path),
            settings=state.get("settings"),
            load=state.get("load"),
            thinned=state.get("thinned"),
            tag=tag,
        )
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise DamageError(
            path=path,
            expected=f"the state of a lake, in format {_FORMAT} or an older one",
            found=f"something else ({error})",
            fix=_advise_restoring(root, path),
        ) from None


def _advise_restoring(root: Path, path: Path) -> str:
    """Name a file that holds the same state, or an earlier one; without such a file no lake can be opened."""
    if path.parent == root:
        for other in sorted((root / PAST).glob("*.json"), reverse=True):
            try:
                _parse_state(root, other)
            except DamageError:
                continue
            return f"Copy {PAST}/{other.name}, which is whole, to {NAME}."
    return "Restore it from a backup (docs/how_to/backup_and_restore.md), or delete it and lose that commit alone."


def _parse_load_time(state: dict[str, Any], path: Path) -> datetime | None:
    """Return when a state was loaded; without that entry, when it was written."""
    if "loaded_at" not in state:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.fromisoformat(state["loaded_at"]) if state["loaded_at"] else None


def _parse_format_1(state: dict[str, Any], loaded_at: datetime | None) -> Manifest:
    tables = {
        name: Entry(entry["version"], {WHOLE: Part(entry["rows"], entry["content"])}, dict(entry["notes"]))
        for name, entry in state["tables"].items()
    }
    return Manifest(buckets=state["buckets"], tables=tables, measured=False, loaded_at=loaded_at)
