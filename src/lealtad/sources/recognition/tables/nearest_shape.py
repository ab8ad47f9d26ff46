"""The shape nearest to a table that matches none, and the columns it lacks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.names import read_ideas
from lealtad.sources.recognition.tables.column_fit import measure_fit
from lealtad.sources.recognition.tables.monthly_states import describe_month_columns
from lealtad.sources.recognition.tables.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Shape

_LISTED = 20
_SURE, _LACKING, _NAMED, _MOST_LACKING = 0.7, 0.5, 1.0, 0.67


_EXPLAINED = {
    "customer_id": ": no column says which customer a row belongs to",
    "touchpoint": ": which kind of contact is it? State constants.touchpoint",
    "initiated_by": ": who began the contact, customer or company? State constants.initiated_by",
}


def describe_nearest_shape(name: str, contents: Sequence[ColumnContent]) -> str:
    """Describe the shape that an unrecognised table comes nearest to, and what it lacks."""
    named = read_ideas(name)
    if named & {"churn", "end"}:
        return (
            "not recognised: it seems to list churned customers. Are these the ends of contracts? If so, map it "
            'to subscriptions with constants.event = "end"; it must name the contract that ended. '
            f"{_list_columns(contents)}"
        )
    columns = _list_columns(contents)
    called = [(shape, any(words <= named for words in shape.called)) for shape in load_shapes()]
    near = [_score_shape(shape, says_so, contents) for shape, says_so in called if says_so or not shape.is_beside]
    _, shape, lacks, doubtful = max(near, key=lambda fit: fit[0])
    if len(lacks) > _MOST_LACKING * len(shape.needs):
        return f"not recognised. {columns}"
    reasons = [f"has no {lack}" + _EXPLAINED.get(lack, "") for lack in lacks]
    if doubtful:
        reasons.append("is unsure of " + ", ".join(f'{ours} ("{header}"?)' for ours, header in doubtful.items()))
    why = f"but {' and '.join(reasons)}" if reasons else "but nothing confirms it: write its section yourself"
    months = describe_month_columns(contents)
    return f"not recognised; nearest to {shape.table}, {why}. {f'{months} ' if months else ''}{columns}"


def _score_shape(
    shape: Shape,
    named: bool,
    contents: Sequence[ColumnContent],
) -> tuple[float, Shape, list[str], dict[str, str]]:
    fits = sorted(
        (
            (surely, column, content.name)
            for column in shape.needs
            for content in contents
            if (surely := measure_fit(shape, column, content)) > 0
        ),
        key=lambda fit: -fit[0],
    )
    columns: dict[str, tuple[str, float]] = {}
    for surely, column, header in fits:
        if column not in columns and header not in {name for name, _ in columns.values()}:
            columns[column] = (header, surely)
    lacks = [column for column in shape.needs if column not in columns]
    doubtful = {column: header for column, (header, surely) in columns.items() if surely < _SURE}
    score = sum(surely for _, surely in columns.values()) - _LACKING * len(lacks) + _NAMED * named
    return score, shape, lacks, doubtful


def _list_columns(contents: Sequence[ColumnContent]) -> str:
    names = [content.name for content in contents]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"Its columns: {', '.join(names[:_LISTED])}{more}."
