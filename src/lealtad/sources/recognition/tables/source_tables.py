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
    """Where a table of theirs is.

    Attributes
    ----------
    name
        As people call it: the file's or table's name.
    keys
        What the settings say to find it, such as `files` or `database` and `table`.
    rows
        What a query calls its rows.
    dialect
        "duckdb" where a query runs over files, else the database's.
    """

    name: str
    keys: Mapping[str, str | int | list[str] | list[int]]
    rows: str = "rows"
    dialect: str = "duckdb"


@dataclass(frozen=True)
class SourceTable:
    """A table of theirs: where it is, what its columns hold, and the shape it was read as (None: none fits).

    Attributes
    ----------
    sample
        Some of its rows, to measure what ids of two tables have in common; never written down.
    question
        Why a person must say what the table is; empty where nobody need.
    """

    place: Place
    contents: tuple[ColumnContent, ...]
    match: ShapeMatch | None = None
    sample: pl.DataFrame | None = field(default=None, repr=False, compare=False)
    question: str = ""

    @property
    def headers(self) -> list[str]:
        """The names of its columns, in order."""
        return [content.name for content in self.contents]

    def content(self, header: str) -> ColumnContent:
        """Return what one of its columns holds."""
        return next(content for content in self.contents if content.name == header)


@dataclass(frozen=True)
class SourceScan:
    """Tables of theirs; and by name what cannot be read or has no shape, with the reason."""

    tables: tuple[SourceTable, ...]
    unknown: tuple[tuple[str, str], ...]


def quote_name(name: str) -> str:
    """Quote a name for SQL.

    Examples
    --------
    >>> quote_name('the "best" one')
    '"the ""best"" one"'
    """
    return '"' + name.replace('"', '""') + '"'
