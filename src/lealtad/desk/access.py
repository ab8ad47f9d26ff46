"""The desk's events about a customer, and which roles viewed them, for an access request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.desk.models import Event

if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Any

_FIELDS = ("at", "kind", "action", "channel", "outcome", "code", "words", "until")


def list_events(ids: Collection[str], *, with_people: bool = False) -> list[dict[str, Any]]:
    """Return the events of a customer, oldest first, with the role and team of the person who acted.

    Parameters
    ----------
    with_people
        Whether to include the names of accounts.
    """
    events = Event.objects.filter(customer_id__in=sorted(ids)).select_related("person").order_by("at", "pk")
    rows = []
    for event in events:
        row = {field: getattr(event, field) or None for field in _FIELDS}
        row |= {"role": event.person.role if event.person else "desk", "team": event.team or None}
        if with_people:
            row["person"] = event.person.username if event.person else None
        rows.append(row)
    return rows
