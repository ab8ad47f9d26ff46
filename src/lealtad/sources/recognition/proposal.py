"""What the starter settings say of one table of theirs, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.sources.recognition.contents import Content
    from lealtad.sources.recognition.matching import Match


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
    keys: Mapping[str, str]
    rows: str = "rows"
    dialect: str = "duckdb"


@dataclass(frozen=True)
class Found:
    """A table of theirs: where it is, what its columns hold, and the shape it was read as (None: none fits)."""

    place: Place
    contents: tuple[Content, ...]
    match: Match | None = None

    def content(self, theirs: str) -> Content:
        """Return what one of its columns holds."""
        return next(content for content in self.contents if content.name == theirs)


@dataclass(frozen=True)
class Proposal:
    """One section of the settings.

    Attributes
    ----------
    columns
        By column of the contract, the name of theirs; with a query, what the query calls it.
    values
        By column, their value → ours; None where a person must say.
    constants
        By column, a value for all rows that nothing in the table says: an assumption.
    attributes
        Columns that describe a customer.
    left_out
        Columns of theirs that are not read, with the reason.
    rivals
        By column, other columns of theirs that could be it.
    dates
        How its times are written; "" where a person must say.
    decimal
        The decimal mark of its numbers; None where nothing needs to be said.
    zone_unknown
        Whether some of its times say no zone.
    notes
        What a person should know or check, as sentences.
    """

    table: str
    place: Place
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    constants: Mapping[str, str | int] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: str = "iso"
    decimal: str | None = None
    zone_unknown: bool = False
    query: str = ""
    notes: tuple[str, ...] = ()
