"""The shape that a table matches best, and the column that fits each column of the shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.sources.recognition.columns.contract_values import are_contract_changes
from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.order_statuses import is_status, read_statuses
from lealtad.sources.recognition.columns.survey_questions import find_header_metric
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.column_fit import measure_fit
from lealtad.sources.recognition.tables.customer_choice import choose_customer, choose_transaction_id
from lealtad.sources.recognition.tables.grain import has_grain
from lealtad.sources.recognition.tables.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Ideas, Shape

_ANSWERS = frozenset({"survey", "nps", "csat", "ces"})
_ENDS = frozenset({"churn", "end"})
_NO_ORDERS = get_words("resemblances", "no_orders")
_SUPPLIERS = get_words("resemblances", "suppliers")
_POINTS = get_words("resemblances", "points")
_OF_REQUESTS = frozenset({"solved_at", "first_reply_at", "priority", "owner"})
_OF_MAILINGS = get_words("events", "company") | get_words("events", "customer")
_MAIL = get_words("events", "mail")
_A_QUESTION = 4  # words of a header
_CHANGES = frozenset({"subscriptions", "customer_changes"})
_CUSTOMER = "customer_id"
_SURE = 0.75  # the fit that needed columns must have if the file's name says nothing
_UNIQUE = 0.98
_OF_FACTS = frozenset(
    {"order", "ticket", "survey", "score", "amount", "price", "subscription", "campaign", "stage"}
)
_FIRST_NAMES, _LAST_NAMES = (get_words("resemblances", kind) for kind in ("first_names", "last_names"))
_SUBSCRIBES = get_words("resemblances", "subscribes")
_OF_SALES = frozenset({"order", "payment", "line"})
_CLOSE = 0.3  # a header whose fit is this much lower is no rival
# any event has an id, a customer, a time and a channel: only its name makes it a log of contacts
_NEEDS_NAME = frozenset({"contacts"})


@dataclass(frozen=True)
class ShapeMatch:
    """The match of a table with a shape.

    Attributes
    ----------
    columns
        By column of the shape, the header that matches it.
    rivals
        By column of the shape, other headers that could match it.
    score
        How sure the match is; above 1 if the name of the table confirms it.
    """

    shape: Shape
    columns: Mapping[str, str]
    rivals: Mapping[str, tuple[str, ...]]
    score: float


def match_shape(name: str, contents: Sequence[ColumnContent]) -> ShapeMatch | None:
    """Match a table with the shape that fits best; None if none does.

    Shapes of facts come first; lines and products are considered only if no fact fits.

    Parameters
    ----------
    name
        The name of the file or table.
    contents
        Its columns.

    Examples
    --------
    >>> import polars as pl
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> rows = {"Código cliente": ["7", "8"], "Fecha de alta": ["2024-01-05", "2024-02-01"]}
    >>> match = match_shape("clientes", [describe_content(pl.Series(*column)) for column in rows.items()])
    >>> match.shape.name, match.columns["customer_id"]
    ('customers', 'Código cliente')
    """
    named = read_ideas(name)
    sold = _may_be_sold(set(split_words(name)), contents)
    shapes = [shape for shape in load_shapes() if sold or shape.table != "orders"]
    matches = [match for shape in shapes if (match := _try_shape(shape, named, contents))]
    of_facts = [match for match in matches if not match.shape.is_beside]
    return max(of_facts or matches, key=lambda match: match.score, default=None)


def _may_be_sold(words: set[str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows may be orders: quotes and carts are none, unless their status says which of them were sold."""
    if words & _SUPPLIERS:
        return False
    statuses = [read_statuses(content.values) for content in contents if is_status(content.name)]
    return not words & _NO_ORDERS or any("counts" in meanings.values() for meanings in statuses)


def _try_shape(shape: Shape, named: Ideas, contents: Sequence[ColumnContent]) -> ShapeMatch | None:
    # of two equal names the one with a time of day says more, and a total is what was paid, with taxes
    timed_first = sorted(
        contents, key=lambda content: (not (content.dates and content.dates.timed), "total" not in content.words)
    )
    scores = {
        (column, content.name): score
        for column in shape.columns
        for content in timed_first
        if (score := measure_fit(shape, column, content)) > 0
    }
    columns: dict[str, str] = {}
    for (column, header), _ in sorted(scores.items(), key=lambda pair: -pair[1]):
        if column not in columns and header not in columns.values():
            columns[column] = header
    _fill_needs(shape, columns, scores)
    if shape.name == "orders":
        choose_transaction_id(columns, scores, contents)
    if not set(shape.needs) <= set(columns) or not has_grain(shape, columns, contents):
        return None
    surest = [scores[column, columns[column]] for column in shape.needs]
    choose_customer(shape, columns, scores, contents)
    if _means_something_else(shape, named, columns, contents):
        return None
    called = max((1 + len(words) / 10 for words in shape.called if words <= named), default=0.0)
    is_clear = called or _needs_no_name(shape, columns, contents)
    if not is_clear and (shape.name in _NEEDS_NAME or min(surest) < _SURE or len(surest) == 1):
        return None
    if not called and not _shows_itself(shape, columns):
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


def _needs_no_name(shape: Shape, columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether rows say what they are: people, contracts that start and end, answers to a question in words."""
    by_name = {content.name: content for content in contents}
    if shape.name in _CHANGES:
        return are_contract_changes(by_name[columns["event"]].values)
    if shape.name == "touchpoints":
        kinds = [split_words(value) for value in by_name[columns["touchpoint"]].values]
        about_mail = any(_MAIL & content.words for content in contents)
        return about_mail and len(kinds) > 1 and all(_OF_MAILINGS & set(words) for words in kinds)
    if shape.name == "surveys":
        question = by_name[columns["score"]]
        return len(question.words) >= _A_QUESTION and find_header_metric(question) is not None
    return shape.name == "customers" and _is_list_of_people(contents)


def _means_something_else(
    shape: Shape, named: Ideas, columns: Mapping[str, str], contents: Sequence[ColumnContent]
) -> bool:
    """Whether the name of a table speaks against a shape.

    A churn is the end of a contract, and no contact. Sales by customer list no customers by the number of a sale.
    Answers that name their ticket open none.
    """
    if shape.table == "touchpoints":
        return bool(named & _ENDS)
    if shape.name == "tickets" and not _OF_REQUESTS & columns.keys():
        return bool(named & _ANSWERS) or any(find_header_metric(content) for content in contents)
    return shape.name == "customers" and bool(named & _OF_SALES) and not _names_customer(columns, contents)


def _names_customer(columns: Mapping[str, str], contents: Sequence[ColumnContent]) -> bool:
    """Whether the id of customers is named so, or an address."""
    chosen = next(content for content in contents if content.name == columns[_CUSTOMER])
    return bool({"customer", "account", "contact"} & read_ideas(chosen.known_as or chosen.name)) or chosen.personal


def _is_list_of_people(contents: Sequence[ColumnContent]) -> bool:
    """Whether rows are people: each has another address, and names in columns of their own or a subscription."""
    ideas = [content.ideas for content in contents]
    if any(words & _OF_FACTS for words in ideas):
        return False
    addresses = any(content.mail and content.share_distinct >= _UNIQUE for content in contents)
    return (
        addresses
        and any(content.words & (_FIRST_NAMES | _SUBSCRIBES) for content in contents)
        and any(content.words & (_LAST_NAMES | _SUBSCRIBES) for content in contents)
    )


def _shows_itself(shape: Shape, columns: Mapping[str, str]) -> bool:
    """Whether rows with an id, a customer and a time are requests or answers, whatever their file is called.

    Requests are named so, answered or solved. Points that customers collect answer no question.
    """
    if shape.name == "surveys":
        return _POINTS.isdisjoint(split_words(columns["score"]))
    if shape.name != "tickets":
        return True
    return bool(_OF_REQUESTS & columns.keys()) or "ticket" in read_ideas(columns["ticket_id"])


def _fill_needs(shape: Shape, columns: dict[str, str], scores: Mapping[tuple[str, str], float]) -> None:
    """Give a needed column the header of an optional one: if there are only accounts, they are the customers."""
    for need in shape.needs:
        able = [header for (column, header), score in scores.items() if column == need and score >= _SURE]
        others = [column for column in columns if column not in shape.needs]
        spare = next((column for column in others if columns[column] in able), None)
        if need not in columns and spare is not None:
            columns[need] = columns.pop(spare)
