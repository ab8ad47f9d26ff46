"""The shapes in which companies keep the contract's tables: one row per order, or per line of one, and so on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lealtad.sources.contract import get_table
from lealtad.sources.contract.tables import ORDER_LINES, PRODUCTS, STORED, Kind
from lealtad.sources.recognition.columns.vocabulary import load_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

Ideas = frozenset[str]
_BESIDE = (ORDER_LINES.name, PRODUCTS.name)
# columns that the contract does not have: they serve to unfold a shape into one of its tables
_TO_UNFOLD = {
    "created_at": Kind.INSTANT,
    "first_reply_at": Kind.INSTANT,
    "solved_at": Kind.INSTANT,
    "updated_at": Kind.INSTANT,
    "started_at": Kind.INSTANT,
    "ended_at": Kind.INSTANT,
    "quantity": Kind.NUMBER,
    "price": Kind.NUMBER,
}


@dataclass(frozen=True)
class Shape:
    """One way in which companies keep a table.

    Attributes
    ----------
    table
        The table of the contract that its rows become.
    called
        The names of files of this shape, as sets of ideas.
    needs
        The columns without which a file has another shape.
    columns
        By column, the sets of ideas that a header may are about, the surest first.
    """

    name: str
    table: str
    called: tuple[Ideas, ...]
    needs: tuple[str, ...]
    columns: Mapping[str, tuple[Ideas, ...]]

    @property
    def is_beside(self) -> bool:
        """Whether its rows accompany the facts, as lines and products do."""
        return self.table in _BESIDE

    def kind(self, column: str) -> Kind:
        """Return the kind of values in one of its columns."""
        return _TO_UNFOLD.get(column) or _index_kinds().get(column, Kind.TEXT)


@cache
def load_shapes() -> tuple[Shape, ...]:
    """Return all shapes that `shapes.toml` lists."""
    return tuple(
        Shape(
            name,
            shape["table"],
            tuple(frozenset(called.split()) for called in shape["called"]),
            tuple(shape["needs"]),
            _read_columns(shape["table"], shape["columns"]),
        )
        for name, shape in load_vocabulary("shapes").items()
    )


def _read_columns(table: str, patterns_by_column: Mapping[str, list[str]]) -> dict[str, tuple[Ideas, ...]]:
    """Return the listed columns, and the other columns of the contract, which only their own names match."""
    columns = {
        column: tuple(frozenset(ideas.split()) for ideas in patterns)
        for column, patterns in patterns_by_column.items()
    }
    return {**columns, **{name: () for name in get_table(table).names if name not in columns}}


@cache
def _index_kinds() -> dict[str, Kind]:
    return {column.name: column.kind for table in STORED for column in table.columns}
