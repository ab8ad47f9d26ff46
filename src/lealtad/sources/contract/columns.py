"""What a table and its columns are: the kinds of values, the key, the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping

# where a source could not cut a row into columns: the row as it stood, beside nulls; null for all other rows
SOURCE_TEXT = "source_text"


class Kind(Enum):
    """What a column's values are, with the sentence a rejected row gets and the type they are stored in."""

    TEXT = ("text", pl.String())
    INSTANT = ("a date or time such as 2026-01-31 or 2026-01-31T09:30:00", INSTANT)
    NUMBER = ("a finite number", pl.Float64())
    COUNT = ("a whole number", pl.Int64())
    FLAG = ("true or false", pl.Boolean())
    DURATION = ("a number of seconds, or a duration such as 26:14:10 or 1 d 3 h", pl.Float64())

    def __init__(self, sentence: str, dtype: pl.DataType) -> None:
        self.sentence, self.dtype = sentence, dtype


@dataclass(frozen=True)
class Column:
    """One column: `required` columns must be there and are never null; the others may be absent or null.

    A time of an `open_ended` column with which systems say that there is no end, such as 9999-12-31, becomes
    null. A time that `may_lie_ahead` can be planned; every other one has happened by the load. A column that is
    `signed_by` a flag may lie below `at_least` where the flag is true: what came back is counted so. What means
    one of `one_of` in other `words` is read as it. What people wrote themselves is `free_text`.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    open_ended: bool = False
    free_text: bool = False
    signed_by: str = ""
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    may_lie_ahead: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its grain, its primary key, and the column that says when the fact happened.

    `event_time` is None where rows describe a customer rather than something that happened: such a row is known
    from `valid_from` on. Every table with an event time may carry `recorded_at`, when the company's systems knew
    the fact; absent or null means at the event itself.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    event_time: str | None
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def is_planned(self) -> bool:
        """Whether its facts may be known before they happen, as the changes of a contract are."""
        event = self.column(self.event_time or "")
        return event is not None and event.may_lie_ahead

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def id_column(name: str, *, required: bool = True) -> Column:
    """Return a column that holds ids."""
    return Column(name, required=required)


def time_column(name: str, *, required: bool = False, may_lie_ahead: bool = False) -> Column:
    """Return a column that holds instants."""
    return Column(name, Kind.INSTANT, required=required, may_lie_ahead=may_lie_ahead)


def express_known_at(table: Table, given: list[str]) -> pl.Expr:
    """Express when a row was known: `recorded_at`, but never before it happened.

    Null, on a row that describes a customer, means that it was always known.
    """
    if table.event_time is None:
        moment = pl.col("valid_from") if "valid_from" in given else pl.lit(None, INSTANT)
    elif "recorded_at" in given:
        moment = pl.max_horizontal(table.event_time, "recorded_at")
    else:
        moment = pl.col(table.event_time)
    return moment.alias("known_at")
