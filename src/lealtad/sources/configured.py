"""A company's own data, as the `[sources]` of its settings say."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from lealtad.contract import table_named
from lealtad.errors import SettingsError
from lealtad.sources.chosen_files import chosen_files
from lealtad.sources.configuration import read_sources
from lealtad.sources.database import read_database
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.query import queried
from lealtad.sources.secret import filled
from lealtad.sources.shaping import shaped
from lealtad.sources.source import Batch, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    import polars as pl

    from lealtad.contract import Table
    from lealtad.sources.configuration import TableSource


def open_configured(path: Path) -> Source:
    """Open the sources that a company's settings name; nothing is read yet.

    Raises
    ------
    SettingsError
        If the settings are wrong, have no `[sources]`, or refer to a variable that is not set.
    DataError
        If a file is not there.
    """
    tables = read_sources(path).tables
    if not tables:
        raise SettingsError(
            place=str(path),
            expected="[sources] that say where the tables are",
            found="none",
            mend="Write [sources.customers] and one table of facts, such as [sources.orders].",
        )
    folder = path.parent
    for name, sources in tables.items():
        for source in sources:
            _look(name, source, folder)
    return Source({name: partial(_read, table_named(name), sources, folder) for name, sources in tables.items()})


def _look(name: str, source: TableSource, folder: Path) -> None:
    """Find out early what is not there."""
    if source.database:
        filled(f"sources.{name}.database", source.database)
    else:
        chosen_files(name, source.files, folder)


def _read(table: Table, sources: tuple[TableSource, ...], folder: Path) -> Iterator[Batch]:
    for source in sources:
        for origin, frames in _frames(table.name, source, folder):
            first_row = 0
            for frame in frames:
                made = shaped(frame, table, source)
                yield Batch(made.rows, origin, first_row, source.reading, made.left_out)
                first_row += frame.height


def _frames(name: str, source: TableSource, folder: Path) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Give, by where they come from, the rows of a table in their own columns."""
    if source.database:
        origin = source.table or f"query of sources.{name}"
        yield origin, read_database(name, source.database, source.table, source.query, folder)
        return
    options = FileOptions(source.sheet, source.encoding, source.separator)
    files = chosen_files(name, source.files, folder)
    read = [(_called(file, folder), read_file(file, name, options)) for file in files]
    if source.query:
        frames = (frame for _, frames in read for frame in frames)
        yield f"query of {', '.join(source.files)}", queried(name, frames, source.query)
    else:
        yield from read


def _called(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)
