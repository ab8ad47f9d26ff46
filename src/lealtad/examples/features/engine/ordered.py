"""Facts in the order in which they became known, customer by customer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from lealtad.examples.features.engine.grid import Grid, Mask, Whole

_PIECE = 2**16
ALWAYS = -(2**62)  # stands for a missing instant: earlier than every date, and safe to subtract windows from


@dataclass(frozen=True)
class OrderedFacts:
    """The facts of a grid's customers, sorted by (customer, known, happened), ties as they came.

    Attributes
    ----------
    rows
        The facts with all their columns.
    customer
        The customer's number in the grid.
    known_at, event
        Microseconds since 1970 (UTC); a fact without the instant is known always, or happened before all others.
        No fact is known before it happened: the later of the two instants counts.
    until
        When each fact was taken back (never: far ahead), where the facts have a column `until`; else None.
    """

    rows: pl.DataFrame
    customer: Whole
    known_at: Whole
    event: Whole
    customers: int
    until: Whole | None = None

    @classmethod
    def of(cls, rows: pl.DataFrame, grid: Grid, clock: str) -> OrderedFacts:
        """Sort the facts of the grid's customers; those of others are left out."""
        _check_columns(rows, ("customer_id", "known_at", clock))
        customer, within = _number_customers(rows["customer_id"], grid)
        placed = rows if within is None else rows.filter(within)
        event = to_instants(placed[clock])
        known_at = np.maximum(to_instants(placed["known_at"]), event)
        if not _is_sorted(customer, known_at, event):
            order = np.lexsort((event, known_at, customer))
            placed, customer, known_at, event = placed[order], customer[order], known_at[order], event[order]
        until = placed["until"].to_physical().fill_null(-ALWAYS).to_numpy() if "until" in placed.columns else None
        return cls(placed, customer, known_at, event, grid.customers, until)

    def __len__(self) -> int:
        return len(self.customer)

    @cached_property
    def starts(self) -> Whole:
        """Position of each customer's first fact, and after the last of all."""
        return np.searchsorted(self.customer, np.arange(self.customers + 1))

    @cached_property
    def by_event(self) -> Whole:
        """Positions by customer and when the facts happened; those together as they stand."""
        return np.lexsort((self.event, self.customer))


def _number_customers(customer_id: pl.Series, grid: Grid) -> tuple[Whole, Mask | None]:
    """Return the customers' numbers in the grid, and which facts are of its customers (None: all)."""
    # facts of one customer mostly stand together: one look-up for all of them
    runs = customer_id.rle().struct.unnest()
    codes = pl.DataFrame({"value": grid.customer_ids}).with_row_index("code")
    code = runs.join(codes, on="value", how="left", maintain_order="left")["code"].cast(pl.Int64).fill_null(-1)
    number = np.repeat(code.to_numpy(), runs["len"].to_numpy())
    if (code >= 0).all():
        return number, None
    within = number >= 0
    return number[within], within


def to_instants(column: pl.Series) -> Whole:
    """Return microseconds since 1970 (UTC), `ALWAYS` where there is no instant."""
    return column.cast(INSTANT).to_physical().fill_null(ALWAYS).to_numpy()


def _is_sorted(customer: Whole, known: Whole, event: Whole) -> bool:
    """Return whether facts stand in order, piece by piece: what is compared stays in a near cache."""
    pieces = (slice(first, first + _PIECE + 1) for first in range(0, len(customer), _PIECE))
    return all(_is_ascending(customer[piece], known[piece], event[piece]) for piece in pieces)


def _is_ascending(customer: Whole, known: Whole, event: Whole) -> bool:
    same = customer[1:] == customer[:-1]
    together = same & (known[1:] == known[:-1])
    return bool(
        (customer[1:] >= customer[:-1]).all()
        and (known[1:] >= known[:-1])[same].all()
        and (event[1:] >= event[:-1])[together].all()
    )


def _check_columns(rows: pl.DataFrame, needed: tuple[str, ...]) -> None:
    absent = [name for name in needed if name not in rows.columns]
    if absent:
        raise DataError(
            table="facts",
            column=absent[0],
            expected="the columns " + ", ".join(needed),
            found=", ".join(rows.columns),
            fix="Name the event time's column as the clock, and give every fact its customer and `known_at`.",
        )
