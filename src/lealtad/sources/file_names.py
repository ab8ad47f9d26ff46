"""File names: matching patterns, readable names, and the name as a column of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.sources.file_patterns import match_files
from lealtad.sources.limits import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lealtad.sources.table_source import TableSource

SOURCE_FILE = "source_file"
_LISTED = 8


def choose_files(table: str, patterns: Sequence[str], folder: Path, most: int = USUAL.files) -> list[Path]:
    """Return the files that match some patterns, relative to a folder, sorted by name.

    Raises
    ------
    DataError
        If a pattern matches none; the message names the existing files. If it matches more than `most`.
    """
    chosen: dict[Path, None] = {}
    for pattern in patterns:
        files = match_files(table, folder / Path(pattern).expanduser(), most)
        if not files:
            raise DataError(
                table=table,
                expected=f"a file '{pattern}' in {folder}",
                found=_describe_folder(folder / pattern),
                fix="Correct the name. It starts at the folder of the settings; * matches letters, ** folders.",
            )
        chosen.update(dict.fromkeys(files))
    return list(chosen)


def _describe_folder(path: Path) -> str:
    if not path.parent.is_dir():
        return "no such folder" if "*" not in str(path.parent) else "none"
    names = sorted(entry.name for entry in path.parent.iterdir() if not entry.name.startswith("."))
    return (
        ", ".join(names[:_LISTED]) + (" and more" if len(names) > _LISTED else "") if names else "an empty folder"
    )


def relative_name(file: Path, folder: Path) -> str:
    """Return the readable name of a file: relative to a folder, if it is inside."""
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)


def uses_file_name(source: TableSource) -> bool:
    """Whether a section reads the column `source_file`."""
    return SOURCE_FILE in {*source.columns.values(), *source.attributes} or SOURCE_FILE in (source.query or "")


def add_file_name(frames: Iterable[pl.DataFrame], name: str) -> Iterator[pl.DataFrame]:
    """Add the name of the file as a column, unless the file already has that column.

    Examples
    --------
    >>> next(add_file_name([pl.DataFrame({"id": ["7"]})], "customers-2024-01.csv")).row(0)
    ('7', 'customers-2024-01.csv')
    """
    for frame in frames:
        own = SOURCE_FILE in frame.columns
        yield frame if own else frame.with_columns(pl.lit(name).alias(SOURCE_FILE))
