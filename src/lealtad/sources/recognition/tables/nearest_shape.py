"""The shape nearest to a table that matches none, and the columns it lacks for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lealtad.sources.contract import get_table
from lealtad.sources.contract.tables import Kind
from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.column_fit import measure_fit
from lealtad.sources.recognition.tables.monthly_states import describe_month_columns
from lealtad.sources.recognition.tables.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Shape

_LISTED = 20
_MONTH = re.compile(r"^(?:\d{1,2}[/-]\d{4}|\d{4}[/-]\d{1,2})$")
_RECURS, _FEWEST = 0.9, 5
_SURE, _LACKING, _NAMED, _MOST_LACKING = 0.7, 0.5, 1.0, 0.67

_NO_ORDERS = get_words("resemblances", "no_orders")
_PLANNED, _CARD = get_words("planned", "words"), get_words("marked_columns", "card")

_EXPLAINED = {
    "customer_id": ": no column says which customer a row belongs to",
    "touchpoint": ": which kind of contact is it? State constants.touchpoint",
    "initiated_by": (
        ": which kind of contact is it, and who began it, customer or company? State constants.touchpoint, "
        "constants.stage, constants.channel and constants.initiated_by"
    ),
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
    _, shape, lacks, doubtful, sure = max(near, key=lambda fit: fit[0])
    if len(lacks) > _MOST_LACKING * len(shape.needs):
        return f"not recognised. {columns}"
    reasons = [f"has no {lack}" + _explain(lack, shape, contents) for lack in lacks]
    if doubtful:
        reasons.append("is unsure of " + ", ".join(f'{ours} ("{header}"?)' for ours, header in doubtful.items()))
    why = f"but {' and '.join(reasons)}" if reasons else "but nothing confirms it"
    months = describe_month_columns(contents)
    asked = [_list_mapped(shape, sure, [*lacks, *doubtful]), *([months] if months else [])]
    if shape.table == "orders" and _NO_ORDERS & set(split_words(name)):
        asked = ["Quotes and carts sold nothing, unless a status says which ones were bought."]
    return f"not recognised; nearest to {shape.table}, {why}. {' '.join(asked)} {columns}"


def _explain(lack: str, shape: Shape, contents: Sequence[ColumnContent]) -> str:
    """Explain what a column that is missing would say, and which one comes near."""
    planned = [content.name for content in contents if content.dates and content.words & _PLANNED]
    if shape.kind(lack) is Kind.INSTANT and planned:
        return f': "{planned[0]}" is a date that was planned, and may not have happened: map it if it counts'
    months = [content.name for content in contents if shape.kind(lack) is Kind.INSTANT and _names_months(content)]
    if months:
        return f': "{months[0]}" names months, and a fact needs its day: export it with days'
    cards = [content.name for content in contents if content.words <= _CARD]
    if lack == "customer_id" and cards:
        return f': is "{cards[0]}" the card by which you know the customer? If so, map it; not one that pays'
    recurring = [content for content in contents if lack == "customer_id" and _may_name_customer(content)]
    if recurring:
        return f' (is it "{recurring[0].name}", which recurs?)'
    return _EXPLAINED.get(lack, "")


def _names_months(content: ColumnContent) -> bool:
    return bool(content.values) and all(_MONTH.match(value) for value in content.values)


def _may_name_customer(content: ColumnContent) -> bool:
    """Whether an id of an unknown kind belongs to several rows."""
    recurs = content.distinct >= _FEWEST and content.share_distinct < _RECURS
    return recurs and "id" in content.ideas and not content.dates


def _list_mapped(shape: Shape, sure: Mapping[str, str], open_ones: Sequence[str]) -> str:
    """Write the columns that a person may start from."""
    ours = set(get_table(shape.table).names)
    mapped = [f'{column} = "{header}"' for column, header in sure.items() if column in ours]
    rest = [f"{column} = ?" for column in open_ones if column in ours]
    columns = ", ".join([*mapped, *rest])
    return f"If its rows are {shape.table}, write their section with the columns {columns}."


def _score_shape(
    shape: Shape,
    named: bool,
    contents: Sequence[ColumnContent],
) -> tuple[float, Shape, list[str], dict[str, str], dict[str, str]]:
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
    cards = {content.name for content in contents if content.words <= _CARD}  # of customers, or of banks
    sure = {
        column: header for column, (header, _) in columns.items() if column not in doubtful and header not in cards
    }
    score = sum(surely for _, surely in columns.values()) - _LACKING * len(lacks) + _NAMED * named
    return score, shape, lacks, doubtful, sure


def _list_columns(contents: Sequence[ColumnContent]) -> str:
    names = [content.name for content in contents]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"Its columns: {', '.join(names[:_LISTED])}{more}."
