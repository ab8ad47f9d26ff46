"""The shape that a table matches best, and the column that fits each column of the shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import read_ideas
from lealtad.sources.recognition.tables.column_fit import measure_fit
from lealtad.sources.recognition.tables.grain import has_grain
from lealtad.sources.recognition.tables.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Ideas, Shape

_ENDS = frozenset({"churn", "end"})
_TOLD_BY_COLUMNS = 0.75  # so sure the needed columns must be where the file's name says nothing
_CLOSE = 0.3  # a column of theirs that is this much less sure is no rival
# anything that happens has an id, a customer, a time and a channel: only its name makes it a log of contacts
_TOLD_BY_NAME = frozenset({"contacts"})


@dataclass(frozen=True)
class ShapeMatch:
    """A table of theirs, read as a shape.

    Attributes
    ----------
    columns
        By column of the shape, the name of theirs.
    rivals
        By column of the shape, other columns of theirs that could be it.
    score
        How sure; above 1 where the name of the table says so too.
    """

    shape: Shape
    columns: Mapping[str, str]
    rivals: Mapping[str, tuple[str, ...]]
    score: float


def match_shape(name: str, contents: Sequence[ColumnContent]) -> ShapeMatch | None:
    """Return the shape that fits best; None where none does. What stands beside the facts is sought last.

    Parameters
    ----------
    name
        The file's or table's name.
    contents
        What its columns hold.
    """
    named = read_ideas(name)
    matches = [match for shape in load_shapes() if (match := _try_shape(shape, named, contents))]
    of_facts = [match for match in matches if not match.shape.is_beside]
    return max(of_facts or matches, key=lambda match: match.score, default=None)


def _try_shape(shape: Shape, named: Ideas, contents: Sequence[ColumnContent]) -> ShapeMatch | None:
    scores = {
        (column, content.name): score
        for column in shape.columns
        for content in contents
        if (score := measure_fit(shape, column, content)) > 0
    }
    columns: dict[str, str] = {}
    for (column, header), _ in sorted(scores.items(), key=lambda pair: -pair[1]):
        if column not in columns and header not in columns.values():
            columns[column] = header
    _fill_needs(shape, columns, scores)
    if not set(shape.needs) <= set(columns) or not has_grain(shape, columns, contents):
        return None
    surest = [scores[column, columns[column]] for column in shape.needs]
    if shape.table == "touchpoints" and named & _ENDS:
        return None  # who left is the end of a contract, and no contact that the customer began
    called = max((1 + len(words) / 10 for words in shape.called if words <= named), default=0.0)
    if not called and (shape.name in _TOLD_BY_NAME or min(surest) < _TOLD_BY_COLUMNS or len(surest) == 1):
        return None
    rivals = {
        column: tuple(
            header
            for (other, header), score in scores.items()
            if other == column and header not in columns.values() and score > scores[column, chosen] - _CLOSE
        )
        for column, chosen in columns.items()
    }
    score = called + sum(surest) / len(surest) + 0.15 * len(surest) + 0.05 * (len(columns) - len(surest))
    return ShapeMatch(shape, columns, {column: others for column, others in rivals.items() if others}, score)


def _fill_needs(shape: Shape, columns: dict[str, str], scores: Mapping[tuple[str, str], float]) -> None:
    """Let a needed column have what another one holds: where there are accounts alone, they are the customers."""
    for need in shape.needs:
        able = [
            header for (column, header), score in scores.items() if column == need and score >= _TOLD_BY_COLUMNS
        ]
        others = [column for column in columns if column not in shape.needs]
        spare = next((column for column in others if columns[column] in able), None)
        if need not in columns and spare is not None:
            columns[need] = columns.pop(spare)
