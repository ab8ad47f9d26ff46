"""One row per ticket or contract, as many exports have it: unfolded into events before anything else."""

from __future__ import annotations

from lealtad.sources.contract.columns import Column, Kind, Table, id_column, time_column

TICKETS = Table(
    "tickets",
    "ticket",
    ("ticket_id",),
    "created_at",
    (
        id_column("ticket_id"),
        id_column("customer_id"),
        time_column("created_at", required=True),
        time_column("first_reply_at"),
        time_column("solved_at"),
        Column("first_reply_after", Kind.DURATION, at_least=0),
        Column("solved_after", Kind.DURATION, at_least=0),
        Column("priority"),
        Column("channel"),
        Column("category"),
        Column("subject", free_text=True),
        Column("text", free_text=True),
        Column("opened_by", one_of=("customer", "agent")),
        Column("owner"),
        id_column("touchpoint_id", required=False),
        Column("excluded_as", one_of=("spam", "test")),
    ),
)

CONTRACTS = Table(
    "contracts",
    "contract",
    ("subscription_id",),
    "started_at",
    (
        id_column("subscription_id"),
        id_column("customer_id"),
        time_column("started_at", required=True, may_be_planned=True),
        Column("ended_at", Kind.INSTANT, open_ended=True, may_be_planned=True),
        time_column("cancel_requested_at"),
        Column("ends_with_period", Kind.FLAG),
        Column("period_end", Kind.INSTANT, open_ended=True, may_be_planned=True),
        Column("term_end", Kind.INSTANT, open_ended=True, may_be_planned=True),
        Column("amount_monthly", Kind.NUMBER, at_least=0),
        Column("amount", Kind.NUMBER, at_least=0),
        Column("interval"),
        Column("interval_count", Kind.NUMBER, at_least=0),
        Column("quantity", Kind.NUMBER, at_least=0),
        Column("currency"),
        Column("voluntary", Kind.FLAG),
    ),
)
