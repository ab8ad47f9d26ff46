"""One row per ticket or contract, as many exports have it: unfolded into events before anything else."""

from __future__ import annotations

from lealtad.sources.contract.columns import Column, Kind, Table, a_time, an_id

TICKETS = Table(
    "tickets",
    "ticket",
    ("ticket_id",),
    "created_at",
    (
        an_id("ticket_id"),
        an_id("customer_id"),
        a_time("created_at", required=True),
        a_time("first_reply_at"),
        a_time("solved_at"),
        Column("first_reply_after", Kind.DURATION, at_least=0),
        Column("solved_after", Kind.DURATION, at_least=0),
        Column("priority"),
        Column("channel"),
        Column("category"),
        Column("subject", free_text=True),
        Column("text", free_text=True),
        Column("opened_by", one_of=("customer", "agent")),
        Column("owner"),
        an_id("touchpoint_id", required=False),
        Column("excluded_as", one_of=("spam", "test")),
    ),
)

CONTRACTS = Table(
    "contracts",
    "contract",
    ("subscription_id",),
    "started_at",
    (
        an_id("subscription_id"),
        an_id("customer_id"),
        a_time("started_at", required=True, may_lie_ahead=True),
        Column("ended_at", Kind.INSTANT, open_ended=True, may_lie_ahead=True),
        a_time("cancel_requested_at"),
        Column("ends_with_period", Kind.FLAG),
        Column("period_end", Kind.INSTANT, open_ended=True, may_lie_ahead=True),
        Column("term_end", Kind.INSTANT, open_ended=True, may_lie_ahead=True),
        Column("amount_monthly", Kind.NUMBER, at_least=0),
        Column("amount", Kind.NUMBER, at_least=0),
        Column("interval"),
        Column("interval_count", Kind.NUMBER, at_least=0),
        Column("quantity", Kind.NUMBER, at_least=0),
        Column("currency"),
        Column("voluntary", Kind.FLAG),
    ),
)
