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
# columns of theirs that are no columns of the contract, and serve to unfold a shape into one of its tables
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
    """One way to keep a table.

    Attributes
    ----------
    table
        The table that its rows become.
    called
        What a file of this shape is called, as sets of ideas.
    needs
        The columns without which a file has another shape.
    columns
        By column, the sets of ideas that its name may speak of, the surest first.
    """

    name: str
    table: str
    called: tuple[Ideas, ...]
    needs: tuple[str, ...]
    columns: Mapping[str, tuple[Ideas, ...]]

    @property
    def is_beside(self) -> bool:
        """Whether its rows stand beside the facts, as lines and products do: such a shape is sought last."""
        return self.table in _BESIDE

    def kind(self, column: str) -> Kind:
        """Return what the values of one of its columns are."""
        return _TO_UNFOLD.get(column) or _index_kinds().get(column, Kind.TEXT)


@cache
def load_shapes() -> tuple[Shape, ...]:
    """Return all shapes, as `shapes.toml` tells them."""
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
    """Return what is told, and the other columns of the contract, which only their own names tell."""
    columns = {
        column: tuple(frozenset(ideas.split()) for ideas in patterns)
        for column, patterns in patterns_by_column.items()
    }
    return {**columns, **{name: () for name in get_table(table).names if name not in columns}}


@cache
def _index_kinds() -> dict[str, Kind]:
    return {column.name: column.kind for table in STORED for column in table.columns}
