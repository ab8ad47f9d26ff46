"""Tickets of a customer whose reason states silence, since touchpoints and tickets are separate tables."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    if not column.startswith(_NO_CONTACT):
        return None
    since = None
    if fact is not None and fact.rows:
        since = max(row[fact.clock] for row in fact.rows)
    elif column.endswith("d"):
        since = as_of - timedelta(days=int(column.rsplit("_", 1)[1][:-1]))
    own = [
        event
        for event in histories.list_rows(customer, "ticket_events")
        if _is_by_customer(event) and (since is None or event["occurred_at"] > since)
    ]
    if not own:
        return None
    return max(event["occurred_at"] for event in own), len({event["ticket_id"] for event in own})


def _is_by_customer(event: Mapping[str, Any]) -> bool:
    is_opened_by_agent = event["event"] == "created" and event.get("opened_by") == "agent"
    return event["event"] in _BY_CUSTOMER and not is_opened_by_agent
