"""A table's entry in the manifest: its version, its parts by bucket, and its files with their checksums."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from lealtad.lake.checksums import FileSums

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
        When the newest fact was known (ISO 8601); corrections of older facts do not count. None: it has no such
        clock.
    files
        How often rows were added since the part was last one sorted file.
    """

    rows: int
    content: str
    newest: str | None = None
    files: int = 1


@dataclass(frozen=True)
class Entry:
    """One table of the lake.

    Attributes
    ----------
    version
        Its Delta version.
    parts
        What it holds, by bucket.
    notes
        Notes of the job that wrote it.
    files
        Its data files with their checksums, by path below the table's folder, in the order of their rows. None: an
        older version of lealtad wrote the manifest.
    schema
        Hash of its columns and their types, as Delta's log states them.
    log
        CRC-32 of each file of Delta's log that is new with this version.
    """

    version: int
    parts: dict[int, Part] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    files: dict[str, FileSums] | None = None
    schema: str = ""
    log: dict[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """All versions of all rows of the table."""
        return sum(part.rows for part in self.parts.values())

    @property
    def newest(self) -> datetime | None:
        """When the newest fact of the table was known."""
        return max((datetime.fromisoformat(p.newest) for p in self.parts.values() if p.newest), default=None)

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "version": self.version,
            "rows": self.rows,
            "notes": self.notes,
            "parts": {str(bucket): asdict(part) for bucket, part in sorted(self.parts.items())},
            "schema": self.schema,
            "log": self.log,
            "files": self.files and {path: sums.to_plain() for path, sums in self.files.items()},
        }

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Entry:
        """Read what `to_plain` returned; entries of older versions of lealtad have no checksums.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is something else.
        """
        files = plain.get("files")
        return cls(
            plain["version"],
            {int(bucket): Part(**part) for bucket, part in plain["parts"].items()},
            dict(plain["notes"]),
            None if files is None else {path: FileSums.from_plain(sums) for path, sums in files.items()},
            plain.get("schema", ""),
            dict(plain.get("log", {})),
        )
