"""A company's own data, as the `[sources]` of its settings say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from lealtad.contract import table_named
from lealtad.errors import SettingsError
from lealtad.sources.chosen_files import chosen_files
from lealtad.sources.configuration import read_sources
from lealtad.sources.database import read_database
from lealtad.sources.files import FileOptions, read_file
from lealtad.sources.fingerprint import fingerprint
from lealtad.sources.query import queried
from lealtad.sources.secret import filled
from lealtad.sources.shaping import shaped
from lealtad.sources.source import Batch, File, Source, without_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import polars as pl

    from lealtad.sources.configuration import TableSource


@dataclass(frozen=True)
class _Part:
    """Some rows of one table: a file, a query over files, or what a database gives (then there are no files)."""

    table: str
    source: TableSource
    origin: str
    files: tuple[Path, ...]
    frames: Callable[[], Iterable[pl.DataFrame]]

    def batches(self) -> Iterator[Batch]:
        first_row = 0
        for frame in without_empty(self.frames()):
            made = shaped(frame, table_named(self.table), self.source)
            yield Batch(made.rows, self.origin, first_row, self.source.reading, made.left_out)
            first_row += frame.height

    def fingerprint(self) -> str:
        return fingerprint(self.table, self.files, self.source.model_dump_json())


def open_configured(path: Path) -> Source:
    """Open the sources that a company's settings name; nothing is read yet.

    Raises
    ------
    SettingsError
        If the settings are wrong, have no `[sources]`, or refer to a variable that is not set.
    DataError
        If a file is not there.
    """
    settings = read_sources(path)
    given = settings.tables
    if not given:
        raise SettingsError(
            place=str(path),
            expected="[sources] that say where the tables are",
            found="none",
            mend="Write [sources.customers] and one table of facts, such as [sources.orders].",
        )
    parts = {
        name: _named_apart([part for source in sources for part in _parts(name, source, path.parent)])
        for name, sources in given.items()
    }
    return Source(
        {name: partial(_all, of_table) for name, of_table in parts.items()},
        files={
            name: {origin: File(part.fingerprint, part.batches) for origin, part in of_table.items()}
            for name, of_table in parts.items()
            if all(part.files for part in of_table.values())
        },
        reject_limit=settings.reject_limit,
    )


def _all(parts: Mapping[str, _Part]) -> Iterator[Batch]:
    return chain.from_iterable(part.batches() for part in parts.values())


def _parts(name: str, source: TableSource, folder: Path) -> Iterator[_Part]:
    if source.database:
        filled(f"sources.{name}.database", source.database)  # a variable that is missing is found out now
        frames = partial(read_database, name, source.database, source.table, source.query, folder)
        yield _Part(name, source, source.table or f"query of sources.{name}", (), frames)
        return
    files = chosen_files(name, source.files, folder)
    options = FileOptions(source.sheet, source.encoding, source.separator)
    if source.query:
        rows = partial(_of_files, name, files, options)
        frames = partial(_queried, name, rows, source.query)
        yield _Part(name, source, f"query of {', '.join(source.files)}", tuple(files), frames)
        return
    for file in files:
        yield _Part(name, source, _called(file, folder), (file,), partial(read_file, file, name, options))


def _queried(name: str, rows: Callable[[], Iterable[pl.DataFrame]], query: str) -> Iterator[pl.DataFrame]:
    return queried(name, rows(), query)


def _of_files(name: str, files: Iterable[Path], options: FileOptions) -> Iterator[pl.DataFrame]:
    return chain.from_iterable(read_file(file, name, options) for file in files)


def _called(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder)) if file.is_relative_to(folder) else str(file)


def _named_apart(parts: Iterable[_Part]) -> dict[str, _Part]:
    """Return parts by their origin; a file that is read twice in different ways is numbered the second time."""
    found: dict[str, _Part] = {}
    for part in parts:
        times = sum(other.files == part.files and other.origin.startswith(part.origin) for other in found.values())
        origin = f"{part.origin} ({times + 1})" if part.origin in found else part.origin
        found[origin] = _Part(part.table, part.source, origin, part.files, part.frames)
    return found
