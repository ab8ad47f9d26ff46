"""`lake.json`: which version of each table the lake stands at. Replacing it is the commit."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from lealtad.errors import LakeError

if TYPE_CHECKING:
    from pathlib import Path

NAME = "lake.json"
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One table of the lake: its Delta version, its rows, its content hash, and notes of who wrote it."""

    version: int
    rows: int
    content: str
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """The state of a lake."""

    buckets: int
    tables: dict[str, Entry] = field(default_factory=dict)

    def write(self, root: Path) -> None:
        """Make this the state of the lake at `root`, at once and wholly."""
        beside = root / f"{NAME}.new"
        with beside.open("w") as file:
            json.dump({"format": _FORMAT, **asdict(self)}, file, indent=1, sort_keys=True)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(root / NAME)

    @classmethod
    def read(cls, root: Path) -> Manifest:
        """Read the state of the lake at `root`.

        Raises
        ------
        LakeError
            If there is no lake at `root`, or its manifest cannot be read.
        """
        path = root / NAME
        if not path.is_file():
            found = "no such directory" if not root.exists() else f"no {NAME} in it"
            raise LakeError(
                path=root,
                expected=f"a lake (a directory with {NAME})",
                found=found,
                mend="Make one with python -m pipelines.ingest, or point --out at the run that did.",
            )
        try:
            state = json.loads(path.read_text())
            if state["format"] != _FORMAT:
                raise ValueError(f"format {state['format']}")  # noqa: TRY301
            tables = {name: Entry(**entry) for name, entry in state["tables"].items()}
            return cls(buckets=state["buckets"], tables=tables)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LakeError(
                path=root,
                expected=f"{NAME} in format {_FORMAT}",
                found=f"something else ({error})",
                mend=f"Restore {NAME} from a backup, or ingest into a new directory.",
            ) from None
