"""Erasing customers from the desk: cards, events and messages, and mentions in searches and notes."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Protocol

from django.contrib.sessions.models import Session
from django.db import Error, connection, transaction

from lealtad.desk.append_only import allow_changes, forbid_changes
from lealtad.desk.event_kinds import Kind
from lealtad.desk.models import Card, Event, OutboxMessage, SavedView

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from typing import Any

_AT_ONCE = 500  # ids per statement; SQLite allows 999
_REWRITTEN = (Event, Card, OutboxMessage, SavedView, Session)
_TRIES, _PAUSE = 20, 0.25  # retries while readers hold the write-ahead log


def count_rows(ids: Collection[str]) -> dict[str, int]:
    """Count the rows of these customers in the desk's database, by table."""
    counts = {"cards": 0, "events": 0, "outbox": 0}
    for some in _split(ids):
        counts["cards"] += Card.objects.filter(customer_id__in=some).count()
        counts["events"] += Event.objects.filter(customer_id__in=some).count()
        counts["outbox"] += OutboxMessage.objects.filter(payload__customer_id__in=some).count()
    return counts


class Marks(Protocol):
    """Recognises customers in texts."""

    def is_named(self, text: str) -> bool:
        """Return whether a text names one of them by id, mail or phone."""

    def is_search(self, text: str) -> bool:
        """Return whether somebody searched for one of them, by name too."""

    def blank(self, text: str) -> str:
        """Return a text with everything that names them blanked."""


def erase_customers(ids: Collection[str], marks: Marks | None = None) -> dict[str, int]:
    """Remove every trace of customers from the desk's database in one transaction; return the rows by table.

    Searches that named them are removed, and mentions in notes on others are blanked. Afterwards the database is
    rewritten, so that free pages contain no trace of them.

    Parameters
    ----------
    marks
        Recognises them in searches, notes and sessions; None leaves these unchanged.
    """
    counts = {"events": 0, "cards": 0, "outbox": 0, "notes": 0, "sessions": 0}
    with transaction.atomic():
        allow_changes(connection)
        for some in _split(ids):
            counts["outbox"] += OutboxMessage.objects.filter(payload__customer_id__in=some).delete()[0]
            events = Event.objects.filter(customer_id__in=some) | Event.objects.filter(card__customer_id__in=some)
            counts["events"] += events.filter(undoes__isnull=False).delete()[0] + events.delete()[0]
            counts["cards"] += Card.objects.filter(customer_id__in=some).delete()[0]
        if marks is not None:
            counts["events"] += _erase_searches(marks.is_search)
            counts["notes"] = _blank_texts(Event, "words", marks) + _blank_texts(SavedView, "query", marks)
            counts["sessions"] = _erase_sessions(marks.is_named)
        forbid_changes(connection)
    shrink()
    return counts


def shrink() -> None:
    """Rewrite the tables, so that free pages keep no removed data; empty the write-ahead log of SQLite."""
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for model in _REWRITTEN:  # each table waits until its readers have finished
                cursor.execute(f"vacuum full {connection.ops.quote_name(model._meta.db_table)}")
            return
        cursor.execute("pragma secure_delete = on")
        for _ in range(_TRIES):
            try:
                cursor.execute("vacuum")
                cursor.execute("pragma wal_checkpoint(truncate)")
                if not cursor.fetchone()[0]:  # no reader held it
                    return
            except Error:
                pass
            time.sleep(_PAUSE)


def list_texts() -> Iterator[tuple[str, str, list[str]]]:
    """Yield table, column and texts of everything in the database, of any type."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"select * from {connection.ops.quote_name(table)}")  # noqa: S608 - a name of its own
            columns = [each[0] for each in cursor.description or ()]
            rows = cursor.fetchall()
            for position, column in enumerate(columns):
                texts = [_write_text(row[position]) for row in rows]
                yield table, column, [text for text in texts if text]


def _write_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode(errors="replace")
    if isinstance(value, dict | list):  # the driver may already have parsed JSON
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else ""


def _split(ids: Collection[str]) -> Iterator[list[str]]:
    every = sorted(ids)
    for start in range(0, len(every), _AT_ONCE):
        yield every[start : start + _AT_ONCE]


def _erase_searches(is_named: Callable[[str], bool]) -> int:
    searches = Event.objects.filter(kind=Kind.SEARCHED).values_list("pk", "words")
    doomed = [pk for pk, words in searches.iterator() if is_named(words)]
    return sum(
        Event.objects.filter(pk__in=doomed[at : at + _AT_ONCE]).delete()[0]
        for at in range(0, len(doomed), _AT_ONCE)
    )


def _blank_texts(model: Any, field: str, marks: Marks) -> int:
    rows = model.objects.exclude(**{field: ""}).values_list("pk", field)
    named = [(pk, text) for pk, text in rows.iterator() if marks.is_named(text)]
    for pk, text in named:
        model.objects.filter(pk=pk).update(**{field: marks.blank(text)})
    return len(named)


def _erase_sessions(is_named: Callable[[str], bool]) -> int:
    """Remove sessions whose messages name a customer; their owners log in again."""
    doomed = [session.pk for session in Session.objects.all() if is_named(str(session.get_decoded()))]
    return int(Session.objects.filter(pk__in=doomed).delete()[0])
