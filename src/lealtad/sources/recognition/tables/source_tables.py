"""Tables of a company: where each one is, what its columns hold, and which shape it matches."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shape_match import ShapeMatch


@dataclass(frozen=True)
class Place:
    """The place of a table: in files, or in a database.

    Attributes
    ----------
    name
        The name of the file or table, for people.
    keys
        The settings that find it, such as `files`, or `database` and `table`.
    rows
        The name of its rows in a query, or a query in brackets that makes them.
    why
        What such a query does, as a sentence.
    dialect
        "duckdb" if a query runs over files, else the SQL dialect of the database.
    """

    name: str
    keys: Mapping[str, str | int | list[str] | list[int]]
    rows: str = "rows"
    why: str = ""
    dialect: str = "duckdb"


@dataclass(frozen=True)
class SourceTable:
    """A table of the company, as a scan finds it.

    Attributes
    ----------
    place
        Where it is.
    contents
        What its columns hold, in order.
    match
        The shape that it matches; None if it matches none.
    sample
        Some of its rows, to compare the ids of two tables; never written down.
    question
        Why a person must say what the table is; empty if nobody needs to.
    """

    place: Place
    contents: tuple[ColumnContent, ...]
    match: ShapeMatch | None = None
    sample: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    question: str = ""

    @property
    def headers(self) -> list[str]:
        """The headers of its columns, in order."""
        return [content.name for content in self.contents]

    def content(self, header: str) -> ColumnContent:
        """Return the column with a header."""
        return next(content for content in self.contents if content.name == header)


@dataclass(frozen=True)
class SourceScan:
    """The tables of a folder or database.

    Attributes
    ----------
    tables
        The tables that could be read, recognised or not.
    unknown
        The name of each table that cannot be read or matches no shape, with the reason.
    """

    tables: tuple[SourceTable, ...]
    unknown: tuple[tuple[str, str], ...]


def has_same_layout(child: SourceTable, parent: SourceTable) -> bool:
    """Whether one section can read both: single files with the same layout and formats."""
    both = (child.place.keys, parent.place.keys)
    files = [keys.get("files") for keys in both]
    rest = [{name: value for name, value in keys.items() if name != "files"} for keys in both]
    single = all(isinstance(file, str) and "*" not in file for file in files)
    return single and files[0] != files[1] and rest[0] == rest[1]


def quote_name(name: str) -> str:
    """Quote a name for SQL.

    Examples
    --------
    >>> quote_name('the "best" one')
    '"the ""best"" one"'
    """
    return '"' + name.replace('"', '""') + '"'
