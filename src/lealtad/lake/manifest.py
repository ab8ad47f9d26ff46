"""`lake.json`: which version of each table the lake stands at. Replacing it is the commit."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lealtad.base.errors import LakeError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "lake.json"
PAST = "commits"
LOCK = ".lock"
_FORMAT = 2
WHOLE = -1  # the one part of a table that is not stored by bucket


@dataclass(frozen=True)
class Part:
    """What a table holds in one bucket.

    Attributes
    ----------
    rows
        All versions of all rows.
    content
        A quick fingerprint of them.
    newest
        When the newest fact was known (ISO 8601); corrections of older facts do not count. None: no such clock.
    files
        How many times rows were added since they last stood in one sorted file.
    """

    rows: int
    content: str
    newest: str | None = None
    files: int = 1


@dataclass(frozen=True)
class Entry:
    """One table of the lake: its Delta version, its parts by bucket, and notes of who wrote it."""

    version: int
    parts: dict[int, Part] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All versions of all rows of the table."""
        return sum(part.rows for part in self.parts.values())

    @property
    def newest(self) -> datetime | None:
        """When the newest fact of the table was known."""
        return max((datetime.fromisoformat(p.newest) for p in self.parts.values() if p.newest), default=None)


@dataclass(frozen=True)
class Manifest:
    """The state of a lake.

    Attributes
    ----------
    number
        The number of the commit, from 0 (a lake without tables).
    loaded_at
        When its facts were loaded last (UTC); None where no load wrote them. An older lealtad kept no moment:
        then it is when the manifest was written.
    settings
        The settings that features rest on, as the jobs that built them used them; None: unknown.
    measured
        False where an older lealtad wrote the manifest, which says nothing of the parts.
    """

    buckets: int
    tables: dict[str, Entry] = field(default_factory=dict)
    number: int = 0
    measured: bool = True
    loaded_at: datetime | None = None
    settings: dict[str, Any] | None = None

    def write(self, root: Path) -> None:
        """Make this the state of the lake at `root`, at once and wholly; it also stays among the past ones."""
        text = json.dumps(self._state(), indent=1, sort_keys=True) + "\n"
        (root / PAST).mkdir(exist_ok=True)
        for path in (_locate_past(root, self.number), root / NAME):
            beside = path.with_name(f"{path.name}.new")
            with beside.open("w") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)

    def keep(self, root: Path) -> None:
        """Put `lake.json`, which holds this state, among the past ones if it does not stand there."""
        (root / PAST).mkdir(exist_ok=True)
        if not _locate_past(root, self.number).exists():
            shutil.copyfile(root / NAME, _locate_past(root, self.number))

    @classmethod
    def read(cls, root: Path, commit: int | None = None) -> Manifest:
        """Read the state of the lake at `root`: as it is, or as an earlier commit left it.

        Raises
        ------
        LakeError
            If there is no lake at `root`, no such commit in it, or the manifest cannot be read.
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
        path = _locate_past(root, commit)
        if commit > now.number or not path.is_file():
            raise LakeError(
                path=root,
                expected=f"a commit from 0 to {now.number}",
                found=f"{commit}" if commit > now.number or commit < 0 else f"no {PAST}/{path.name}",
                fix="Open another one, or restore it from a backup.",
            )
        return _parse_state(root, path)

    def has_ever_had(self, root: Path, name: str) -> bool:
        """Say whether this commit of the lake at `root`, or one before it, held a table of that name."""
        numbers = range(self.number, -1, -1)
        return any(
            name in _parse_state(root, _locate_past(root, n)).tables
            for n in numbers
            if _locate_past(root, n).is_file()
        )

    def _state(self) -> dict[str, Any]:
        tables = {
            name: {
                "version": entry.version,
                "rows": entry.rows,
                "notes": entry.notes,
                "parts": {str(bucket): asdict(part) for bucket, part in sorted(entry.parts.items())},
            }
            for name, entry in self.tables.items()
        }
        return {
            "format": _FORMAT,
            "number": self.number,
            "buckets": self.buckets,
            "loaded_at": self.loaded_at.isoformat() if self.loaded_at else None,
            "settings": self.settings,
            "tables": tables,
        }


def _locate_past(root: Path, number: int) -> Path:
    return root / PAST / f"{number:06d}.json"


def _parse_state(root: Path, path: Path) -> Manifest:
    try:
        state = json.loads(path.read_text())
        if state["format"] == 1:
            return _parse_format_1(state, _parse_load_time(state, path))
        if state["format"] != _FORMAT:
            raise ValueError(f"format {state['format']}")  # noqa: TRY301
        tables = {name: _parse_entry(entry) for name, entry in state["tables"].items()}
        return Manifest(
            buckets=state["buckets"],
            tables=tables,
            number=state["number"],
            loaded_at=_parse_load_time(state, path),
            settings=state.get("settings"),
        )
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise LakeError(
            path=root,
            expected=f"{path.name} in format {_FORMAT}",
            found=f"something else ({error})",
            fix=f"Restore {path.name} from a backup, or run lealtad ingest with a new --out.",
        ) from None


def _parse_entry(state: dict[str, Any]) -> Entry:
    parts = {int(bucket): Part(**part) for bucket, part in state["parts"].items()}
    return Entry(state["version"], parts, dict(state["notes"]))


def _parse_load_time(state: dict[str, Any], path: Path) -> datetime | None:
    """Return when a state was loaded; one that says nothing of it was loaded by the time it was written."""
    if "loaded_at" not in state:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return datetime.fromisoformat(state["loaded_at"]) if state["loaded_at"] else None


def _parse_format_1(state: dict[str, Any], loaded_at: datetime | None) -> Manifest:
    tables = {
        name: Entry(entry["version"], {WHOLE: Part(entry["rows"], entry["content"])}, dict(entry["notes"]))
        for name, entry in state["tables"].items()
    }
    return Manifest(buckets=state["buckets"], tables=tables, measured=False, loaded_at=loaded_at)
