"""The files that names and globs choose."""

from __future__ import annotations

import glob
from pathlib import Path
from typing import TYPE_CHECKING

from lealtad.base.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

_LISTED = 8


def choose_files(table: str, patterns: Sequence[str], folder: Path) -> list[Path]:
    """Return the files that some patterns choose, relative to a folder, in the order of their names.

    Raises
    ------
    DataError
        If a pattern chooses none; it names what lies there instead.
    """
    found: dict[Path, None] = {}
    for pattern in patterns:
        files = _match_files(folder / Path(pattern).expanduser())
        if not files:
            raise DataError(
                table=table,
                expected=f"a file '{pattern}' in {folder}",
                found=_describe_folder(folder / pattern),
                fix="Names are relative to the settings that give them; * stands for letters, ** for folders.",
            )
        found.update(dict.fromkeys(files))
    return list(found)


def _match_files(path: Path) -> list[Path]:
    if path.is_file():  # also one with brackets in its name
        return [path]
    names = glob.glob(str(path), recursive=True)  # noqa: PTH207 - a Path takes no pattern that starts at a root
    return sorted(Path(name) for name in names if Path(name).is_file())


def _describe_folder(path: Path) -> str:
    if not path.parent.is_dir():
        return "no such folder" if "*" not in str(path.parent) else "none"
    names = sorted(one.name for one in path.parent.iterdir() if not one.name.startswith("."))
    return (
        ", ".join(names[:_LISTED]) + (" and more" if len(names) > _LISTED else "") if names else "an empty folder"
    )
