"""Which shape a table of theirs has, and which of its columns is which, by names and contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.sources.contract.tables import Kind
from lealtad.sources.recognition.naming import read_ideas, split_words
from lealtad.sources.recognition.product_list import is_product_list
from lealtad.sources.recognition.shapes import load_shapes
from lealtad.sources.recognition.survey_metric import find_question_metric, may_be_score
from lealtad.sources.recognition.values import list_allowed_values, measure_coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.contents import ColumnContent
    from lealtad.sources.recognition.shapes import Ideas, Shape

_CONTRACT_NAME = 1.1
_RANK = 0.03  # a later set of ideas is a little less sure than the one before
_PART_OF_A_NAME = 0.5
_PART_OF_AN_ID = 0.6
_PART_OF_A_KIND = 0.6  # an account's name is no kind
_PERSON = 0.72  # an address or a phone is somebody's, whatever the column is called
_OF_STAFF = frozenset({"owner", "assigned"})
_ENDS = frozenset({"churn", "end"})
_ASKS = 0.96  # a header that names its metric
_UNIQUE = 0.98
_OF_A_VALUE_WITHIN = 0.9  # its own name is a little less sure than one that stands alone
_TOLD_BY_COLUMNS = 0.75  # so sure the needed columns must be where the file's name says nothing
_CATEGORY = 40
_HALF = 0.5
_CLOSE = 0.3  # a column of theirs that is this much less sure is no rival
# anything that happens has an id, a customer, a time and a channel: only its name makes it a log of contacts
_TOLD_BY_NAME = frozenset({"contacts"})
# a column that says who refuses is not the flag of those who accept
_NEGATIONS = frozenset({"no", "not", "sin", "without", "out", "rechaza", "rechazo", "refused"})
# the postal code of a buyer is no buyer
_PLACES = frozenset({"place", "country"})
# the stage is told by any words, a few of which are enough to start from
_TOLD_LATER = frozenset({"stage"})
_SEVERAL_ROWS = frozenset({"order_lines", "orders_repeated", "ticket_events"})  # per order or ticket
_FEW_DIFFERENT = frozenset(
    {
        "category",
        "priority",
        "channel",
        "segment",
        "country",
        "language",
        "outcome",
        "variant",
        "touchpoint",
        "action",
    }
)


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
    for (column, theirs), _ in sorted(scores.items(), key=lambda pair: -pair[1]):
        if column not in columns and theirs not in columns.values():
            columns[column] = theirs
    _fill_needs(shape, columns, scores)
    if not set(shape.needs) <= set(columns) or not _has_grain(shape, columns, contents):
        return None
    surest = [scores[column, columns[column]] for column in shape.needs]
    if shape.table == "touchpoints" and named & _ENDS:
        return None  # who left is the end of a contract, and no contact that the customer began
    called = max((1 + len(words) / 10 for words in shape.called if words <= named), default=0.0)
    if not called and (shape.name in _TOLD_BY_NAME or min(surest) < _TOLD_BY_COLUMNS or len(surest) == 1):
        return None
    rivals = {
        column: tuple(
            theirs
            for (one, theirs), score in scores.items()
            if one == column and theirs not in columns.values() and score > scores[column, chosen] - _CLOSE
        )
        for column, chosen in columns.items()
    }
    score = called + sum(surest) / len(surest) + 0.15 * len(surest) + 0.05 * (len(columns) - len(surest))
    return ShapeMatch(shape, columns, {column: others for column, others in rivals.items() if others}, score)


def _fill_needs(shape: Shape, columns: dict[str, str], scores: Mapping[tuple[str, str], float]) -> None:
    """Let a needed column have what another one holds: where there are accounts alone, they are the customers."""
    for need in shape.needs:
        able = [theirs for (column, theirs), one in scores.items() if column == need and one >= _TOLD_BY_COLUMNS]
        others = [column for column in columns if column not in shape.needs]
        held = next((column for column in others if columns[column] in able), None)
        if need not in columns and held is not None:
            columns[need] = columns.pop(held)


def measure_fit(shape: Shape, column: str, content: ColumnContent) -> float:
    """How surely a column of theirs is this column of the shape, from 0."""
    if content.empty or not _can_hold(shape, column, content):
        return 0.0
    if content.name == column:
        return _CONTRACT_NAME
    if shape.name == "surveys" and column == "score" and find_question_metric(content):
        return _ASKS
    if column == "customer_id" and content.personal and shape.name != "customers":
        return max(_PERSON, _measure_name_fit(shape.columns[column], read_ideas(content.name), _PART_OF_AN_ID))
    if column in _FEW_DIFFERENT:
        least = _PART_OF_A_KIND
    else:
        least = _PART_OF_AN_ID if column.endswith("_id") or column == "alias" else _PART_OF_A_NAME
    return max(
        part * _measure_name_fit(shape.columns[column], ideas, least)
        for ideas, part in _split_ideas(content.known_as or content.name)
    )


def _measure_name_fit(patterns: Sequence[Ideas], ideas: Ideas, least: float) -> float:
    best = 0.0
    for rank, known in enumerate(patterns):
        overlap = len(known) / len(ideas) if ideas and known <= ideas else 0.0
        if overlap == 1:
            best = max(best, 1 - _RANK * rank)
        elif overlap >= least:
            best = max(best, 0.8 * overlap - _RANK * rank)
    return best


def _split_ideas(name: str) -> list[tuple[Ideas, float]]:
    """Return what a name speaks of, and of a value within an object what its own name says, where that is much."""
    whole = (read_ideas(name), 1.0)
    within = name.rpartition(":" if name.startswith("case:") else ".")[2]
    own = read_ideas(within)
    return [whole, (own, _OF_A_VALUE_WITHIN)] if within != name and len(own) > 1 else [whole]


def _can_hold(shape: Shape, column: str, content: ColumnContent) -> bool:  # noqa: PLR0911 - one reason each
    kind = shape.kind(column)
    if shape.name == "surveys" and column == "score":
        return may_be_score(content)
    if column == "customer_id" and _PLACES & read_ideas(content.name):
        return False
    if shape.name == "contracts" and column == "subscription_id" and content.share_distinct < _UNIQUE:
        return False  # a plan is what many contracts have
    if kind is not Kind.TEXT:
        flag = content.flag and _NEGATIONS.isdisjoint(split_words(content.name))
        return {Kind.INSTANT: content.dates is not None, Kind.FLAG: flag}.get(kind, content.decimal is not None)
    if column == "customer_id" and content.personal:
        return _OF_STAFF.isdisjoint(read_ideas(content.name))
    if column not in _TOLD_LATER and list_allowed_values(shape.table, column):
        # of a closed list: a column of theirs is one only if half of its values can be told
        return 0 < content.distinct <= _CATEGORY and measure_coverage(shape.table, column, content.values) >= _HALF
    if column in _FEW_DIFFERENT and content.share_distinct > _HALF and content.distinct > _CATEGORY:
        return False  # the subject of each ticket is not its category
    written_as_time = content.dates is not None and not content.dates.dates.startswith("%")
    return not written_as_time and (column == "comment" or not content.wordy)


def _has_grain(shape: Shape, columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether the rows are what the shape has one of: orders say each order once, lines of orders do not."""
    key = {
        "orders": "order_id",
        "order_lines": "order_id",
        "orders_repeated": "order_id",
        "contracts": "subscription_id",
        "subscriptions": "subscription_id",
        "customers": "customer_id",
        "contacts": "touchpoint_id",
        "ticket_events": "ticket_id",
    }
    if shape.name in {"products", "purchases"}:
        return {"products": is_product_list, "purchases": _is_purchase_log}[shape.name](columns, contents)
    if shape.name == "tickets" and "updated_at" not in columns:
        return _get_share_distinct(contents, columns["ticket_id"]) >= _UNIQUE
    if shape.name not in key or "valid_from" in columns:
        return True
    theirs = columns[key[shape.name]]
    if shape.name == "subscriptions":  # a state of today is no change
        return _get_share_distinct(contents, theirs) < _UNIQUE or "status" not in read_ideas(columns["event"])
    if shape.name == "contacts" and not _are_events(columns, contents):
        return False
    unique = _get_share_distinct(contents, theirs) >= _UNIQUE
    return unique != (shape.name in _SEVERAL_ROWS)


def _get_share_distinct(contents: Sequence[ColumnContent], theirs: str) -> float:
    return next(content.share_distinct for content in contents if content.name == theirs)


def _is_purchase_log(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows without an id are purchases: customers come again, and nothing in them ends."""
    ideas = [read_ideas(content.name) for content in contents]
    others = any(one & {"end", "term", "subscription", "ticket", "order_line", "metric", "month"} for one in ideas)
    comes_again = _get_share_distinct(contents, columns["customer_id"]) < _UNIQUE
    # a number that nothing explains may be that of the order, and its rows lines
    taken = set(columns.values())
    numbered = any("id" in read_ideas(content.name) and content.name not in taken for content in contents)
    return comes_again and not others and not numbered


def _are_events(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether contacts are events: a list of people has addresses, and says at most whether one is a customer."""
    people = any(
        content.personal or (content.name == columns["customer_id"] and content.flag) for content in contents
    )
    return not people and bool({"channel", "touchpoint"} & set(columns))
