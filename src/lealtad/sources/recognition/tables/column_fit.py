"""How well a column of a table fits a column of a shape, by its name and its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.sources.contract.tables import Kind
from lealtad.sources.recognition.columns.contract_values import list_allowed_values, measure_coverage
from lealtad.sources.recognition.columns.names import read_ideas, split_words
from lealtad.sources.recognition.columns.survey_questions import (
    find_header_metric,
    may_be_question,
    may_be_score,
)
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.shapes import Ideas, Shape

_CONTRACT_NAME = 1.1
_RANK = 0.03  # each set of ideas is less sure than the one before
_PART_OF_A_NAME = 0.5
_PART_OF_AN_ID = 0.6
_PART_OF_A_KIND = 0.6  # the name of an account is no category
_PERSON = 0.72  # an e-mail address or a phone belongs to a person, whatever the header says
_OF_STAFF = frozenset({"owner", "assigned"})
_ASKS = 0.7  # a question of a form; only the name of the file makes it a survey
_NAMES_METRIC = 0.96  # a header that names its metric
_UNIQUE = 0.98
_MAY_BE_EMPTY = frozenset({"ended_at"})  # of a young company no contract has ended
_TOOLS = get_words("columns", "tools")
_NESTED = 0.9  # the name of a nested value is less sure than a header
_CATEGORY = 40
_HALF = 0.5
_PLANNED = get_words("planned", "words")
_MONEY = frozenset({"amount", "price"})
_SEVERAL = 20
# a column of those who refuse is not the flag of those who accept
_NEGATIONS = frozenset({"no", "not", "sin", "without", "out", "rechaza", "rechazo", "refused"})
# what identifies a person, and the words for whose it is
_IDENTIFIES = frozenset({"mail", "phone", "document"})
_OWNERS = frozenset({"customer", "contact", "account", "person"})
# the postal code of a buyer names no buyer
_PLACES = frozenset({"place", "country"})
# any words may name a stage, and a few known ones are enough to start from
_FREE_WORDS = frozenset({"stage"})
_FEW_DIFFERENT = frozenset({
    "category", "priority", "channel", "segment", "country", "language", "outcome", "variant", "touchpoint",
    "action",
})  # fmt: skip


def measure_fit(shape: Shape, column: str, content: ColumnContent) -> float:
    """Measure how likely a column of a table is to be a certain column of a shape.

    Parameters
    ----------
    column
        The column of the shape.
    content
        The column of the table.

    Returns
    -------
    0 if it cannot be, 1 for a name that says just that, and 1.1 for the name that the contract uses.
    """
    if content.empty and column in _MAY_BE_EMPTY:
        return _measure_name_fit(shape.columns[column], content.ideas, _PART_OF_A_NAME)
    planned = shape.kind(column) is Kind.INSTANT and column != "term_end" and content.words & _PLANNED
    if content.empty or planned or not _can_hold(shape, column, content):
        return 0.0
    if content.name == column and not content.known_as:
        return _CONTRACT_NAME
    if shape.name == "surveys" and column == "score" and (find_header_metric(content) or may_be_question(content)):
        asks = max(_ASKS, _measure_name_fit(shape.columns[column], content.ideas, _PART_OF_A_NAME))
        return _NAMES_METRIC if find_header_metric(content) else asks
    if column == "customer_id" and content.personal and shape.name != "customers":
        return max(_PERSON, _measure_name_fit(shape.columns[column], _drop_owner(content.ideas), _PART_OF_AN_ID))
    if column in _FEW_DIFFERENT:
        least = _PART_OF_A_KIND
    else:
        least = _PART_OF_AN_ID if column.endswith("_id") or column == "alias" else _PART_OF_A_NAME
    return max(
        part
        * _measure_name_fit(shape.columns[column], _drop_owner(ideas) if column == "customer_id" else ideas, least)
        for ideas, part in _split_ideas(content.known_as or content.name)
    )


def _measure_name_fit(patterns: Sequence[Ideas], ideas: Ideas, least: float) -> float:
    best = 0.0
    for rank, pattern in enumerate(patterns):
        overlap = len(pattern) / len(ideas) if ideas and pattern <= ideas else 0.0
        if overlap == 1:
            best = max(best, 1 - _RANK * rank)
        elif overlap >= least:
            best = max(best, 0.8 * overlap - _RANK * rank)
    return best


def _is_no_id(shape: Shape, column: str, content: ColumnContent) -> bool:
    """Whether a column cannot be the id that a shape needs: many rows share its values, or it is a place."""
    if column == "customer_id":
        # one value in all of many rows is that of the company itself
        return bool(_PLACES & content.ideas) or (
            content.distinct == 1 and content.rows > _SEVERAL and not content.shortened
        )
    if column == "survey_id":  # one value in many rows is that of the form; and answers identify nothing
        of_form = content.distinct == 1 and content.rows > _SEVERAL
        return of_form or ("id" not in content.ideas and find_header_metric(content) is not None)
    if column == "subscription_id" and shape.name == "subscriptions":
        return _is_plan(content)
    of_each_row = (shape.name, column) == ("contracts", "subscription_id") or (
        (shape.table, column) == ("touchpoints", "touchpoint_id")
    )
    return of_each_row and content.share_distinct < _UNIQUE  # many contracts share a plan


def _is_plan(content: ColumnContent) -> bool:
    """Whether a column names what was subscribed to, such as a plan: few different values, and no id."""
    return "id" not in content.ideas and bool(content.values) and content.share_distinct <= _HALF


def _drop_owner(ideas: Ideas) -> Ideas:
    """Return what identifies a person, without whose it is: the e-mail of a customer is an e-mail."""
    kind = ideas & _IDENTIFIES
    return kind if len(kind) == 1 and ideas - kind <= _OWNERS else ideas


def _split_ideas(name: str) -> list[tuple[Ideas, float]]:
    """Return the ideas of a name; for a value within an object, also those of its own name, at a discount."""
    whole = (read_ideas(name), 1.0)
    parted = ":" if name.startswith("case:") else next((mark for mark in (": ", ".") if mark in name), ".")
    within = name.rpartition(parted)[2]
    own = read_ideas(within)
    of_a_log = name.startswith("case:")  # what an event log says of the whole case
    parts = [whole, (own, _NESTED)] if within != name and (len(own) > 1 or of_a_log) else [whole]
    plain = whole[0] - _TOOLS  # "amazon-order-id" is an order id, though "order-id" beside it would be surer
    return [*parts, (plain, _NESTED)] if plain != whole[0] and len(plain) > 1 else parts


def _counts_something_else(column: str, content: ColumnContent) -> bool:
    """Whether a number is the first of several in a row, money where units are counted, or the change of a fee."""
    is_money = bool(content.ideas & _MONEY) and "quantity" not in content.ideas
    is_change = column == "amount_monthly" and (content.least or 0) < 0
    return "[" in content.name or (column == "items" and is_money) or is_change


def _can_hold(shape: Shape, column: str, content: ColumnContent) -> bool:  # noqa: PLR0911 - one reason after the other
    if _is_no_id(shape, column, content):
        return False
    kind = shape.kind(column)
    if shape.name == "surveys" and column == "score":
        return may_be_score(content)
    if kind is not Kind.TEXT:
        if kind in {Kind.NUMBER, Kind.COUNT} and _counts_something_else(column, content):
            return False
        flag = content.flag and _NEGATIONS.isdisjoint(split_words(content.name))
        return {Kind.INSTANT: content.dates is not None, Kind.FLAG: flag}.get(kind, content.decimal is not None)
    if column == "customer_id" and content.personal:
        return _OF_STAFF.isdisjoint(content.ideas)
    if column not in _FREE_WORDS and list_allowed_values(shape.table, column):
        # for a closed list, at least half of the values must be known
        return 0 < content.distinct <= _CATEGORY and measure_coverage(shape.table, column, content.values) >= _HALF
    if column in _FEW_DIFFERENT and content.share_distinct > _HALF and content.distinct > _CATEGORY:
        return False  # the subject of each ticket is not its category
    is_time = content.dates is not None and not content.dates.setting.startswith("%")
    return not is_time and (column == "comment" or not content.wordy)
