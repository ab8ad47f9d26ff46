"""The tables of a company: one row per what, which columns, which clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.outcomes import OUTCOME_WORDS, OUTCOMES
from lealtad.errors import SettingsError, nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

STAGES = ("awareness", "consideration", "purchase", "service", "loyalty", "advocacy")
INSTANT = pl.Datetime("us", "UTC")
# where a source could not cut a row into columns: the row as it stood, beside nulls; null for all other rows
SOURCE_TEXT = "source_text"


class Kind(Enum):
    """What a column's values are, with the sentence a rejected row gets and the type they are stored in."""

    TEXT = ("text", pl.String())
    INSTANT = ("a date or time such as 2026-01-31 or 2026-01-31T09:30:00", INSTANT)
    NUMBER = ("a finite number", pl.Float64())
    COUNT = ("a whole number", pl.Int64())
    FLAG = ("true or false", pl.Boolean())

    def __init__(self, sentence: str, dtype: pl.DataType) -> None:
        self.sentence, self.dtype = sentence, dtype


@dataclass(frozen=True)
class Column:
    """One column: `required` columns must be there and are never null; the others may be absent or null.

    A time of an `open_ended` column that lies beyond 2100 says that there is no end, and becomes null. A time
    that `may_lie_ahead` can be planned; every other one has happened by the load. A column that is `signed_by`
    a flag may lie below `at_least` where the flag is true: what came back is counted so. What means one of
    `one_of` in other `words` is read as it.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    one_of: tuple[str, ...] = ()
    at_least: float | None = None
    open_ended: bool = False
    signed_by: str = ""
    words: Mapping[str, str] = field(default_factory=dict, hash=False)
    may_lie_ahead: bool = False


@dataclass(frozen=True)
class Table:
    """One table: its grain, its primary key, and the column that says when the fact happened.

    `event_time` is None where rows describe a customer rather than something that happened: such a row is known
    from `valid_from` on. Every table with an event time may carry `recorded_at`, when the company's systems knew
    the fact; absent or null means at the event itself.
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
        return event is not None and event.may_lie_ahead

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)


def _id(name: str, *, required: bool = True) -> Column:
    return Column(name, required=required)


def _at(name: str, *, required: bool = False, may_lie_ahead: bool = False) -> Column:
    return Column(name, Kind.INSTANT, required=required, may_lie_ahead=may_lie_ahead)


CUSTOMERS = Table(
    "customers",
    "customer × version",
    ("customer_id", "valid_from"),
    None,
    (
        _id("customer_id"),
        _id("account_id", required=False),
        Column("segment"),
        _at("first_contact_at"),
        _at("became_customer_at"),
        Column("country"),
        Column("language"),
        Column("consent_contact", Kind.FLAG),
        _at("valid_from"),
    ),
)

IDENTITIES = Table(
    "identities",
    "alias × time from which it is known whose",
    ("alias", "valid_from"),
    None,
    (_id("alias"), _id("customer_id"), _at("valid_from", required=True)),
)

TOUCHPOINTS = Table(
    "touchpoints",
    "interaction",
    ("touchpoint_id",),
    "occurred_at",
    (
        _id("touchpoint_id"),
        _id("customer_id"),
        _at("occurred_at", required=True),
        Column("stage", required=True, one_of=STAGES),
        Column("channel", required=True),
        Column("touchpoint", required=True),
        Column("initiated_by", required=True, one_of=("customer", "company")),
        Column("owner"),
        Column("value", Kind.NUMBER),
        Column("outcome"),
        Column("variant"),
        _at("recorded_at"),
    ),
)

SURVEYS = Table(
    "surveys",
    "invitation",
    ("survey_id",),
    "sent_at",
    (
        _id("survey_id"),
        _id("customer_id"),
        Column("metric", required=True, one_of=("nps", "csat", "ces")),
        Column("kind", required=True, one_of=("relational", "transactional")),
        _at("sent_at", required=True),
        _at("answered_at"),
        Column("score", Kind.NUMBER),
        Column("scale_min", Kind.NUMBER, required=True),
        Column("scale_max", Kind.NUMBER, required=True),
        Column("higher_is_easier", Kind.FLAG),
        _id("touchpoint_id", required=False),
        _id("ticket_id", required=False),
        Column("comment"),
        _at("recorded_at"),
    ),
)

TICKET_EVENTS = Table(
    "ticket_events",
    "status change or reply",
    ("ticket_id", "occurred_at", "event"),
    "occurred_at",
    (
        _id("ticket_id"),
        _id("customer_id"),
        _at("occurred_at", required=True),
        Column(
            "event",
            required=True,
            one_of=(
                "created",
                "agent_reply",
                "customer_reply",
                "bot_reply",
                "solved",
                "reopened",
                "merged",
                "deleted",
            ),
        ),
        Column("priority"),
        Column("channel"),
        Column("category"),
        Column("public", Kind.FLAG),
        Column("opened_by", one_of=("customer", "agent")),
        Column("owner"),
        _id("touchpoint_id", required=False),
        _id("merged_into", required=False),
        Column("excluded_as", one_of=("spam", "test")),
        _at("recorded_at"),
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "contract change",
    ("subscription_id", "occurred_at", "event"),
    "occurred_at",
    (
        _id("subscription_id"),
        _id("customer_id"),
        _at("occurred_at", required=True, may_lie_ahead=True),
        Column(
            "event",
            required=True,
            one_of=("start", "renew", "change", "pause", "resume", "cancel_request", "end"),
        ),
        Column("amount_monthly", Kind.NUMBER, at_least=0),
        Column("term_end", Kind.INSTANT, open_ended=True, may_lie_ahead=True),
        Column("voluntary", Kind.FLAG),
        _at("recorded_at"),
    ),
)

ORDERS = Table(
    "orders",
    "order",
    ("order_id",),
    "ordered_at",
    (
        _id("order_id"),
        _id("customer_id"),
        _at("ordered_at", required=True),
        Column("amount", Kind.NUMBER, required=True, signed_by="is_return"),
        Column("margin", Kind.NUMBER, signed_by="is_return"),
        Column("discount", Kind.NUMBER, at_least=0, signed_by="is_return"),
        Column("items", Kind.COUNT, at_least=0, signed_by="is_return"),
        Column("is_return", Kind.FLAG),
        _at("recorded_at"),
    ),
)

INTERVENTIONS = Table(
    "interventions",
    "assignment",
    ("customer_id", "campaign_id", "assigned_at"),
    "assigned_at",
    (
        _id("customer_id"),
        _id("campaign_id"),
        _at("assigned_at", required=True),
        Column("arm", required=True, one_of=("treated", "holdout")),
        Column("action"),
        Column("cost", Kind.NUMBER, at_least=0),
        Column("explored", Kind.FLAG),
        _at("contacted_at"),
        Column("outcome", one_of=OUTCOMES, words=OUTCOME_WORDS),
        _at("recorded_at"),
    ),
)

# one row per ticket, as many exports have it; unfolded into ticket_events before anything else
TICKETS = Table(
    "tickets",
    "ticket",
    ("ticket_id",),
    "created_at",
    (
        _id("ticket_id"),
        _id("customer_id"),
        _at("created_at", required=True),
        _at("first_reply_at"),
        _at("solved_at"),
        Column("priority"),
        Column("channel"),
        Column("category"),
        Column("opened_by", one_of=("customer", "agent")),
        Column("owner"),
        _id("touchpoint_id", required=False),
        Column("excluded_as", one_of=("spam", "test")),
    ),
)

TABLES: tuple[Table, ...] = (
    IDENTITIES,
    CUSTOMERS,
    TOUCHPOINTS,
    SURVEYS,
    TICKET_EVENTS,
    SUBSCRIPTIONS,
    ORDERS,
    INTERVENTIONS,
)


def table_named(name: str) -> Table:
    """Return the contract of one table of the lake, or of the flat `tickets`.

    Raises
    ------
    SettingsError
        If no table has that name.

    Examples
    --------
    >>> table_named("orders").grain
    'order'
    """
    for table in (*TABLES, TICKETS):
        if table.name == name:
            return table
    raise SettingsError(
        place="contract",
        expected="the name of a table",
        found=f"'{name}'",
        mend=nearest(name, [table.name for table in (*TABLES, TICKETS)]),
    )
