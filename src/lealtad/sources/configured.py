"""A company's own data, as described by the `[sources]` of its settings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from lealtad.base.errors import SettingsError
from lealtad.sources.configuration import read_data_settings
from lealtad.sources.contract import get_table
from lealtad.sources.contract.snapshots import unfold_snapshots
from lealtad.sources.contract.unfolding import FROM
from lealtad.sources.database import read_database
from lealtad.sources.file_names import add_file_name, choose_files, relative_name, uses_file_name
from lealtad.sources.files import read_file
from lealtad.sources.fingerprint import compute_fingerprint
from lealtad.sources.identities import ID_PREFIX, IdentityIndex, Tally
from lealtad.sources.limits import USUAL
from lealtad.sources.query import make_table_name, run_query
from lealtad.sources.repeats import fill_repeats
from lealtad.sources.row_filter import count_left_out_values, list_kept_values
from lealtad.sources.row_groups import AT, gather_rows
from lealtad.sources.secret import fill_references
from lealtad.sources.shaping import ShapedRows, shape_rows
from lealtad.sources.source import Batch, Source, SourceFile, drop_empty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from lealtad.sources.currencies import Currencies
    from lealtad.sources.table_source import TableSource


@dataclass(frozen=True)
class _Part:
    """Some rows of one table: a file, a query over files, or a database (then without files)."""

    table: str
    source: TableSource
    origin: str
    files: tuple[Path, ...]
    frames: Callable[[], Iterable[pl.DataFrame]]
    registry: IdentityIndex
    currencies: Currencies
    kept: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # by column; other values are counted

    def read_batches(self) -> Iterator[Batch]:
        return self._read_changes() if self.source.snapshots else self._read_rows()

    def _read_changes(self) -> Iterator[Batch]:
        """Read all monthly snapshots, and return the changes between them."""
        batches = list(self._read_rows())
        places = pl.concat(
            (batch.positions if batch.positions is not None else pl.int_range(batch.rows.height, eager=True)).cast(
                pl.Int64
            )
            + batch.first_row
            for batch in batches
        )
        rows = pl.concat([batch.rows for batch in batches], how="diagonal_relaxed")
        if rows.is_empty():
            yield from batches
            return
        changes = unfold_snapshots(rows, self.source.reading)
        left_out = tuple(dict.fromkeys(name for batch in batches for name in batch.left_out))
        positions = places.gather(changes[FROM])
        yield Batch(changes.drop(FROM), self.origin, 0, self.source.reading, left_out, positions)

    def _read_rows(self) -> Iterator[Batch]:
        first_row = 0
        frames, source = self.frames(), self.source
        if source.repeats:
            frames = [fill_repeats(frames, self.table, source.repeats)]
        if source.one_row_per:
            whole, source = gather_rows(frames, get_table(self.table), source)
            frames = [whole]
        for frame in drop_empty(frames):
            shape = self._shape_frame(frame, source)
            rows = self._tie_to_customers(shape.rows)
            if source.only or source.where:
                self.registry.tally.add(self.table, "left out by only and where", *_count_left_out(frame, shape))
            for value, count in count_left_out_values(frame, get_table(self.table), self.kept):
                self.registry.tally.add(self.table, f"left out: {value}", count)
            if self.source.nobody:
                without_customer = frame.height - rows.height
                self.registry.tally.add(
                    self.table, "left out, as ids under which many people buy", without_customer, frame.height
                )
            yield Batch(rows, self.origin, first_row, self.source.reading, shape.left_out, shape.positions)
            first_row += frame.height

    def _shape_frame(self, frame: pl.DataFrame, source: TableSource) -> ShapedRows:
        """Rename the columns of rows; positions are those in the file, for merged rows that of the first."""
        if AT not in frame.columns:
            return shape_rows(frame, get_table(self.table), source, self.currencies)
        shape = shape_rows(frame.drop(AT), get_table(self.table), source, self.currencies)
        return replace(
            shape, positions=frame[AT] if shape.positions is None else frame[AT].gather(shape.positions)
        )

    def read_identities(self) -> Iterator[pl.DataFrame]:
        """Read the customers' identities in other tools: `customer_id` and one column per identity."""
        for frame in self.frames():
            rows = shape_rows(frame, get_table(self.table), self.source).rows
            yield rows.select("customer_id", cs.starts_with(ID_PREFIX)).drop_nulls("customer_id")

    def _tie_to_customers(self, rows: pl.DataFrame) -> pl.DataFrame:
        if not self.source.identities:
            return rows
        return (
            rows.drop(cs.starts_with(ID_PREFIX))
            if self.table == "customers"
            else self.registry.tie_to_customers(self.table, rows)
        )

    def compute_fingerprint(self) -> str:
        limits, currencies = self.source.reading.limits, self.currencies
        beside = [currencies.model_dump_json() if currencies.keep else ""]
        beside += [limits.model_dump_json() if limits != USUAL else ""]
        return compute_fingerprint(self.table, self.files, self.source.model_dump_json() + "".join(beside))


def open_configured(path: Path) -> Source:
    """Open the sources of a company's settings, without reading any rows yet.

    Raises
    ------
    SettingsError
        If the settings are wrong, have no `[sources]`, or refer to a variable that is not set.
    DataError
        If a file is missing.
    """
    settings = read_data_settings(path)
    sections, currencies = settings.sources.tables, settings.currencies
    if not sections:
        raise SettingsError(
            place=str(path),
            expected="[sources] with at least one table",
            found="none",
            fix="Write [sources.customers] and one table of facts, such as [sources.orders].",
        )
    parts: dict[str, dict[str, _Part]] = {}
    registry = IdentityIndex(lambda: _read_identities(parts), Tally())
    for name, sources in sections.items():
        mine = [
            replace(part, kept=kept)
            for source, kept in zip(sources, list_kept_values(sources), strict=True)
            for part in _plan_parts(name, source.within(settings.limits), path.parent, registry, currencies)
        ]
        parts[name] = _number_repeats(mine)
    return Source(
        {name: partial(_read_all, of_table) for name, of_table in parts.items()},
        files={
            name: {
                origin: SourceFile(part.compute_fingerprint, part.read_batches)
                for origin, part in of_table.items()
            }
            for name, of_table in parts.items()
            if all(part.files for part in of_table.values())
        },
        reject_limit=settings.sources.reject_limit,
        remarks=registry.tally.list_sentences,
    )


def _read_identities(parts: Mapping[str, Mapping[str, _Part]]) -> Iterator[pl.DataFrame]:
    of_customers = parts.get("customers", {}).values()
    return chain.from_iterable(part.read_identities() for part in of_customers if part.source.identities)


def _read_all(parts: Mapping[str, _Part]) -> Iterator[Batch]:
    return chain.from_iterable(part.read_batches() for part in parts.values())


def _count_left_out(frame: pl.DataFrame, shape: ShapedRows) -> tuple[int, int]:
    return frame.height - shape.rows.height, frame.height


def _plan_parts(
    name: str, source: TableSource, folder: Path, registry: IdentityIndex, currencies: Currencies
) -> Iterator[_Part]:
    if source.database:
        fill_references(f"sources.{name}.database", source.database)  # a missing variable fails now
        frames = partial(read_database, name, source.database, source.table, source.query, folder)
        yield _Part(name, source, source.table or f"query of sources.{name}", (), frames, registry, currencies)
        return
    files = choose_files(name, source.files, folder, source.options.limits.files)
    read = partial(_read_with_name, name, source, folder)
    if source.query:
        frames = partial(_run_query, name, files, read, source.query)
        yield _Part(
            name, source, f"query of {', '.join(source.files)}", tuple(files), frames, registry, currencies
        )
        return
    if source.snapshots:
        every = partial(_read_files, files, read)
        yield _Part(
            name, source, f"snapshots of {', '.join(source.files)}", tuple(files), every, registry, currencies
        )
        return
    for file in files:
        yield _Part(name, source, relative_name(file, folder), (file,), partial(read, file), registry, currencies)


def _read_files(files: Iterable[Path], read: Callable[[Path], Iterator[pl.DataFrame]]) -> Iterator[pl.DataFrame]:
    return chain.from_iterable(map(read, files))


def _run_query(
    name: str, files: Iterable[Path], read: Callable[[Path], Iterator[pl.DataFrame]], query: str
) -> Iterator[pl.DataFrame]:
    by_stem: dict[str, list[Path]] = {}
    for file in files:
        by_stem.setdefault(make_table_name(file.name), []).append(file)
    frames = {stem: chain.from_iterable(map(read, of_stem)) for stem, of_stem in by_stem.items()}
    return run_query(name, frames, query)


def _read_with_name(name: str, source: TableSource, folder: Path, file: Path) -> Iterator[pl.DataFrame]:
    """Read a file; if the section uses `source_file`, add the file's name as a column."""
    frames = read_file(file, name, source.options)
    return add_file_name(frames, relative_name(file, folder)) if uses_file_name(source) else frames


def _number_repeats(parts: Iterable[_Part]) -> dict[str, _Part]:
    """Return parts by their origin; a file that is read twice in different ways gets a number."""
    by_origin: dict[str, _Part] = {}
    for part in parts:
        times = sum(
            other.files == part.files and other.origin.startswith(part.origin) for other in by_origin.values()
        )
        origin = f"{part.origin} ({times + 1})" if part.origin in by_origin else part.origin
        by_origin[origin] = replace(part, origin=origin)
    return by_origin
