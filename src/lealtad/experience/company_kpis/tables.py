"""The tables that the company's KPIs read: answers and tickets since a date, all contracts and customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lealtad.experience.journey.current_tickets import select_current_tickets
from lealtad.experience.journey.facts import read_surveys, read_tickets

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import polars as pl

    from lealtad.lake import Lake

_CONTRACT = ("subscription_id", "customer_id", "occurred_at", "event", "amount_monthly", "known_at", "source_zone")


@dataclass(frozen=True)
class KpiTables:
    """The tables of a lake that KPIs are computed from.

    Attributes
    ----------
    facts
        By name, the existing ones of `surveys, ticket_events, subscriptions`.
    customers
        Customers with `segment`; None if the company has no segments.
    """

    facts: Mapping[str, pl.DataFrame]
    customers: pl.DataFrame | None


def read_tables(lake: Lake, start: datetime, as_of: datetime) -> KpiTables:
    """Read the facts known at a date: surveys and tickets since `start`, and all contracts."""
    tables = {
        "surveys": read_surveys(lake, start, as_of),
        "ticket_events": read_tickets(lake, start, as_of),
        "subscriptions": _read_contracts(lake, as_of),
    }
    return KpiTables(
        {name: rows for name, rows in tables.items() if rows is not None}, _read_customers(lake, as_of)
    )


def select_recent(facts: Mapping[str, pl.DataFrame], start: datetime) -> dict[str, pl.DataFrame]:
    """Return the tables with only the tickets that were open at `start` or had an event since."""
    recent = dict(facts)
    if "ticket_events" in recent:
        recent["ticket_events"] = select_current_tickets(recent["ticket_events"], start)
    return recent


def _read_contracts(lake: Lake, as_of: datetime) -> pl.DataFrame | None:
    if not lake.has("subscriptions"):
        return None
    return lake.read("subscriptions", columns=_CONTRACT, as_of=as_of)


def _read_customers(lake: Lake, as_of: datetime) -> pl.DataFrame | None:
    if not lake.has("customers") or "segment" not in lake.columns("customers"):
        return None
    return lake.read("customers", columns=["customer_id", "segment", "valid_from", "known_at"], as_of=as_of)
