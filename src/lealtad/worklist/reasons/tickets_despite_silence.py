"""Tickets of a customer whose reason states silence, since touchpoints and tickets are separate tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.worklist.reasons.histories import Fact, Histories

_NO_CONTACT = ("days_since_own_contact", "own_contacts_")
_BY_CUSTOMER = ("created", "customer_reply", "reopened")


def find_recent_tickets(
    histories: Histories, customer: str, column: str, fact: Fact | None, as_of: datetime
) -> tuple[datetime, int] | None:
    """Return when a customer last wrote during the silence that a reason states, and in how many tickets.

    Parameters
    ----------
    column
        The feature that the reason states; only features of a customer's own contacts state silence.
    fact
        The contacts behind it: the silence begins after the last one, else with the window of the column.
    """
    events = histories.read(customer, "ticket_events")
    if not column.startswith(_NO_CONTACT) or events.is_empty():
        return None
    if "opened_by" in events.columns:
        by_agent = (pl.col("event") == "created") & (pl.col("opened_by") == "agent").fill_null(value=False)
        events = events.filter(~by_agent)
    own, at = events.filter(pl.col("event").is_in(_BY_CUSTOMER)), pl.col("occurred_at")
    if fact is not None and fact.rows:
        own = own.filter(at > max(row[fact.clock] for row in fact.rows))
    elif column.endswith("d"):
        own = own.filter(at > as_of - timedelta(days=int(column.rsplit("_", 1)[1][:-1])))
    newest: datetime | None = own["occurred_at"].max()  # type: ignore[assignment]
    return None if newest is None else (newest, own["ticket_id"].n_unique())
