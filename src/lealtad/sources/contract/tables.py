"""The tables of the contract: their grain, columns and clock."""

from __future__ import annotations

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.contract.columns import SOURCE_TEXT, Column, Kind, Table, id_column, time_column
from lealtad.sources.contract.flat_tables import CONTRACTS, TICKETS
from lealtad.sources.contract.outcomes import OUTCOME_WORDS, OUTCOMES
from lealtad.sources.contract.side_tables import CONTACTS, ORDER_LINES, PRODUCTS
from lealtad.sources.contract.survey_metrics import METRIC_NAMES

__all__ = [
    "CONTACTS",
    "CONTRACTS",
    "CUSTOMERS",
    "FLAT",
    "GIVEN",
    "ORDER_LINES",
    "PRODUCTS",
    "SOURCE_TEXT",
    "STAGES",
    "STORED",
    "TABLES",
    "TICKETS",
    "Column",
    "Kind",
    "Table",
    "get_table",
]

STAGES = ("awareness", "consideration", "purchase", "service", "loyalty", "advocacy")

CUSTOMERS = Table(
    "customers",
    "customer × version",
    ("customer_id", "valid_from"),
    None,
    (
        id_column("customer_id"),
        id_column("account_id", required=False),
        Column("segment"),
        time_column("first_contact_at"),
        time_column("became_customer_at"),
        Column("country"),
        Column("language"),
        Column("consent_contact", Kind.FLAG),
        id_column("referred_by", required=False),
        time_column("valid_from"),
    ),
)

IDENTITIES = Table(
    "identities",
    "alias × time from which its customer is known",
    ("alias", "valid_from"),
    None,
    (id_column("alias"), id_column("customer_id"), time_column("valid_from", required=True)),
)

TOUCHPOINTS = Table(
    "touchpoints",
    "interaction",
    ("touchpoint_id",),
    "occurred_at",
    (
        id_column("touchpoint_id"),
        id_column("customer_id"),
        time_column("occurred_at", required=True),
        Column("stage", required=True, one_of=STAGES),
        Column("channel", required=True),
        Column("touchpoint", required=True),
        Column("initiated_by", required=True, one_of=("customer", "company")),
        Column("owner"),
        Column("value", Kind.NUMBER),
        Column("outcome"),
        Column("variant"),
        time_column("recorded_at"),
    ),
)

SURVEYS = Table(
    "surveys",
    "invitation × question",
    ("survey_id", "metric", "question"),
    "sent_at",
    (
        id_column("survey_id"),
        id_column("customer_id"),
        Column("metric", required=True, one_of=METRIC_NAMES),
        Column("question"),
        Column("kind", required=True, one_of=("relational", "transactional")),
        time_column("sent_at", required=True),
        time_column("answered_at"),
        Column("score", Kind.NUMBER),
        Column("scale_min", Kind.NUMBER, required=True),
        Column("scale_max", Kind.NUMBER, required=True),
        Column("higher_is_easier", Kind.FLAG),
        id_column("touchpoint_id", required=False),
        id_column("ticket_id", required=False),
        Column("comment", free_text=True),
        time_column("recorded_at"),
    ),
)

TICKET_EVENTS = Table(
    "ticket_events",
    "status change or reply",
    ("ticket_id", "occurred_at", "event"),
    "occurred_at",
    (
        id_column("ticket_id"),
        id_column("customer_id"),
        time_column("occurred_at", required=True),
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
        Column("subject", free_text=True),
        Column("text", free_text=True),
        Column("public", Kind.FLAG),
        Column("opened_by", one_of=("customer", "agent")),
        Column("owner"),
        id_column("touchpoint_id", required=False),
        id_column("merged_into", required=False),
        Column("excluded_as", one_of=("spam", "test")),
        time_column("recorded_at"),
    ),
)

SUBSCRIPTIONS = Table(
    "subscriptions",
    "contract change",
    ("subscription_id", "occurred_at", "event"),
    "occurred_at",
    (
        id_column("subscription_id"),
        id_column("customer_id"),
        time_column("occurred_at", required=True, may_be_planned=True),
        Column(
            "event",
            required=True,
            one_of=("start", "renew", "change", "pause", "resume", "cancel_request", "end"),
        ),
        Column("amount_monthly", Kind.NUMBER, at_least=0),
        Column("currency"),
        Column("term_end", Kind.INSTANT, open_ended=True, may_be_planned=True),
        Column("voluntary", Kind.FLAG),
        time_column("recorded_at"),
    ),
)

ORDERS = Table(
    "orders",
    "order",
    ("order_id",),
    "ordered_at",
    (
        id_column("order_id"),
        id_column("customer_id"),
        time_column("ordered_at", required=True),
        Column("amount", Kind.NUMBER, required=True, signed_by="is_return"),
        Column("currency"),
        Column("margin", Kind.NUMBER, signed_by="is_return"),
        Column("discount", Kind.NUMBER, at_least=0, signed_by="is_return"),
        Column("items", Kind.COUNT, at_least=0, signed_by="is_return"),
        Column("is_return", Kind.FLAG),
        time_column("recorded_at"),
    ),
)

INTERVENTIONS = Table(
    "interventions",
    "assignment",
    ("customer_id", "campaign_id", "assigned_at"),
    "assigned_at",
    (
        id_column("customer_id"),
        id_column("campaign_id"),
        time_column("assigned_at", required=True),
        Column("arm", required=True, one_of=("treated", "holdout")),
        Column("action"),
        Column("cost", Kind.NUMBER, at_least=0),
        Column("explored", Kind.FLAG),
        time_column("contacted_at"),
        Column("outcome", one_of=OUTCOMES, words=OUTCOME_WORDS),
        time_column("recorded_at"),
    ),
)

# tables of facts, from which features, KPIs and outcomes are computed
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

# all tables of a lake, and the flat tables of sources that are unfolded into them
STORED: tuple[Table, ...] = (*TABLES, ORDER_LINES, PRODUCTS, CONTACTS)
FLAT: dict[str, tuple[Table, ...]] = {"ticket_events": (TICKETS,), "subscriptions": (CONTRACTS,)}
GIVEN: tuple[Table, ...] = (*STORED, *(table for tables in FLAT.values() for table in tables))


def get_table(name: str) -> Table:
    """Return a table of the contract: one of the lake, or one that a load unfolds into it, such as `tickets`.

    Parameters
    ----------
    name
        The name of the table, such as "orders"; `GIVEN` lists them all.

    Raises
    ------
    SettingsError
        If no table has that name.

    Examples
    --------
    >>> get_table("orders").grain
    'order'
    """
    for table in GIVEN:
        if table.name == name:
            return table
    raise SettingsError(
        place="contract",
        expected="the name of a table",
        found=f"'{name}'",
        fix=suggest_name(name, [table.name for table in GIVEN]),
    )
