"""Database triggers that make the table of events append-only: rows are never changed or removed.

Erasing customers is the one exception: `erasing` lifts the guard within its own transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

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
