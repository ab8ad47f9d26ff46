"""Tables and columns of the contract: kinds of values, key and clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from collections.abc import Mapping

# the raw text of a row that could not be split into columns, whose other cells are null; else null
SOURCE_TEXT = "source_text"


class Kind(Enum):
    """The kind of a column's values, with the sentence for rejected rows and the stored type."""

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
    """One column of a table of the contract.

    Attributes
    ----------
    kind
        The kind of its values, and their stored type.
    required
        Whether it must exist and must not be null; other columns may be absent or null.
    one_of, words
        The allowed values, and words of companies that mean one of them.
    at_least
        The minimum value. A column `signed_by` a flag may be below it where the flag is true.
    open_ended
        Whether a time such as 9999-12-31, which systems use for "no end", becomes null.
    may_be_planned
        Whether its time can be in the future; all other times must have happened by the load.
    free_text
        Whether it is free text written by people.
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
    may_be_planned: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    Attributes
    ----------
    grain
        What one row represents, such as "order" or "customer × version".
    key
        The columns that identify a row.
    event_time
        The column with the time of the fact. None for rows that describe a customer rather than an event; these
        are known from `valid_from` on.
    columns
        The columns, in order.

    Notes
    -----
    Every table with an event time may have `recorded_at`, the time at which the company's systems stored the fact.
    If it is absent or null, the fact was known when it happened.

    Examples
    --------
    >>> columns = (id_column("order_id"), time_column("ordered_at"))
    >>> orders = Table("orders", "order", ("order_id",), "ordered_at", columns)
    >>> orders.names, orders.is_planned
    (('order_id', 'ordered_at'), False)
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
        return event is not None and event.may_be_planned

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def id_column(name: str, *, required: bool = True) -> Column:
    """Return a column that holds ids."""
    return Column(name, required=required)


def time_column(name: str, *, required: bool = False, may_be_planned: bool = False) -> Column:
    """Return a column that holds instants."""
    return Column(name, Kind.INSTANT, required=required, may_be_planned=may_be_planned)


def express_known_at(table: Table, names: list[str]) -> pl.Expr:
    """Express `known_at`, when a row was known: at `recorded_at`, but never before the fact happened.

    Null, on a row that describes a customer, means that it was always known.

    Notes
    -----
    `known_at = max(event time, recorded_at)`; for rows that describe a customer it is `valid_from`.
    """
    if table.event_time is None:
        moment = pl.col("valid_from") if "valid_from" in names else pl.lit(None, INSTANT)
    elif "recorded_at" in names:
        moment = pl.max_horizontal(table.event_time, "recorded_at")
    else:
        moment = pl.col(table.event_time)
    return moment.alias("known_at")
