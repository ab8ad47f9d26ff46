"""The table of events as the database guards it: rows are added, never changed and never removed.

Erasing a person is the one exception: it lifts the guard within its own transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from typing import Any

_SQLITE = """
create trigger desk_event_no_{verb} before {verb} on desk_event
begin select raise(abort, 'events are append-only'); end
"""
_POSTGRESQL = """
create function desk_event_guard() returns trigger language plpgsql as
$$ begin raise exception 'events are append-only'; end $$;
create trigger desk_event_no_change before update or delete on desk_event
for each statement execute function desk_event_guard()
"""


def forbid_changes(database: Any) -> None:
    """Guard the table of events."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
            return
        for verb in ("update", "delete"):
            cursor.execute(_SQLITE.format(verb=verb))


def allow_changes(database: Any) -> None:
    """Lift the guard."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute("drop trigger desk_event_no_change on desk_event")
            cursor.execute("drop function desk_event_guard()")
            return
        for verb in ("update", "delete"):
            cursor.execute(f"drop trigger desk_event_no_{verb}")


def erase_customer(customer_id: str) -> dict[str, int]:
    """Remove every trace of a customer from the desk's database; return the rows removed by table.

    The search index has forgotten them once the lake has, and the next night wrote it anew.
    """
    from lealtad.desk.models import Card, Event, OutboxMessage

    with transaction.atomic():
        allow_changes(connection)
        theirs = Event.objects.filter(customer_id=customer_id)
        messages = OutboxMessage.objects.filter(payload__customer_id=customer_id).delete()[0]
        events = theirs.filter(undoes__isnull=False).delete()[0] + theirs.delete()[0]
        # a search may have named them
        events += Event.objects.filter(kind="searched", words__icontains=customer_id).delete()[0]
        cards = Card.objects.filter(customer_id=customer_id).delete()[0]
        forbid_changes(connection)
    return {"events": events, "cards": cards, "outbox": messages}
