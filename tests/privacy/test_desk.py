"""The desk forgets an erased customer: cards, events, messages, searches, notes, sessions and free pages."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lealtad.lake.erasing.suppression import KEY_FILE
from lealtad.privacy.search import Needles, search_folder
from tests.conftest import ROOT, run_job
from tests.privacy.conftest import CUSTOMERS
from tests.sources.postgres import PASSWORD, binaries, server

pytestmark = pytest.mark.slow
FILL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lealtad.desk import run
from lealtad.desk.search_index import write_search_index
from lealtad.lake import Lake
out = Path(sys.argv[1])
run.prepare_desk(out)
from django.contrib.sessions.backends.db import SessionStore
from lealtad.desk.models import Card, Event, Night, OutboxMessage, Person, SavedView
now = datetime(2026, 3, 1, tzinfo=UTC)
ada = Person.objects.create(username="ada", role="administrator")
night = Night.objects.create(list_id="n", as_of=now, delivered_at=now)
for rank, customer in enumerate(sys.argv[2:]):
    card = Card.objects.create(
        night=night, customer_id=customer, rank=rank, team="retention", suggested_action="call", action="call",
        details={"customer_id": customer},
    )
    done = Event.objects.create(at=now, person=ada, kind="outcome", customer_id=customer, card=card, words="asked")
    Event.objects.create(at=now, person=ada, kind="undone", customer_id=customer, card=card, undoes=done)
    Event.objects.create(at=now, person=ada, kind="viewed", customer_id=customer)
    Event.objects.create(at=now, person=ada, kind="searched", words=f"{customer.lower()}@example.com")
    OutboxMessage.objects.create(key=customer, created_at=now, next_try_at=now, payload={"customer_id": customer})
other = sys.argv[-1]
Event.objects.create(at=now, kind="outcome", customer_id=other, words=f"married to {sys.argv[2]}")
SavedView.objects.create(person=ada, name="mine", query=f"q={sys.argv[2]}")
for customer in (sys.argv[2], other):
    session = SessionStore()
    session["note"] = f"claimed {customer}"
    session.create()
write_search_index(Lake.open(out / "lake"), out / "desk")
"""


def count(out, query):
    with closing(sqlite3.connect(out / "desk" / "desk.sqlite3")) as connection:
        return connection.execute(query).fetchone()[0]


def test_the_desk_forgets(run):
    command = [sys.executable, "-c", FILL, run, *CUSTOMERS[:3]]
    subprocess.run(command, check=True, cwd=ROOT)  # noqa: S603 - our own script
    events, sessions = (count(run, f"select count(*) from {table}") for table in ("desk_event", "django_session"))  # noqa: S608
    held = run_job("customer", CUSTOMERS[2], "--out", run, "--administrator")
    assert "the page" in held.stderr
    [plain] = (run / "access").glob("*.json")
    assert '"role": "administrator"' in plain.read_text()
    assert '"person": "ada"' in plain.read_text()
    planned = run_job("erase", CUSTOMERS[1], "--because", "asked", "--out", run)
    assert "desk      cards: 2 rows" in planned.stdout
    run_job("erase", CUSTOMERS[1], "--because", "asked", "--yes", "--out", run)
    assert search_folder(run, Needles.from_ids(CUSTOMERS[:2]), [run / KEY_FILE]) == []
    assert search_folder(run / "desk", Needles.from_ids(CUSTOMERS[2:3]))
    assert count(run, "select count(*) from desk_card") == 1
    assert count(run, "select count(*) from desk_event") == events - 8
    assert count(run, "select count(*) from desk_outboxmessage") == 1
    assert count(run, "select count(*) from django_session") == sessions - 1
    assert count(run, "select count(*) from desk_event where words = 'married to [erased]'") == 1
    with closing(sqlite3.connect(run / "desk" / "desk.sqlite3")) as connection:
        for verb in ("update desk_event set words = 'other'", "delete from desk_event"):
            with pytest.raises(sqlite3.Error, match="append-only"):
                connection.execute(verb)


SEARCH = """
import sys
from pathlib import Path
from lealtad.privacy.search import Needles, search_desk
print(sorted({trace.place for trace in search_desk(Path(sys.argv[1]), Needles.from_ids(sys.argv[2:]))}))
"""


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_a_desk_on_postgresql_forgets_in_its_tables_its_dump_and_its_files(run, monkeypatch):
    """The search finds each planted place first; the write-ahead log alone is out of reach, and documented so."""
    gone, other = CUSTOMERS[:2], CUSTOMERS[2]
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    with server(binaries()) as postgres:
        postgres.run("create database desk", database="postgres")
        address = f"postgresql://owner:${{DESK_PASSWORD}}@127.0.0.1:{postgres.port}/desk"
        monkeypatch.setenv("LEALTAD_DESK_DATABASE", address)

        def search(*ids):
            command = [sys.executable, "-c", SEARCH, run, *ids]
            done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True)  # noqa: S603
            return done.stdout.strip()

        def dump():
            """What pg_dump would write of rows: each as text; the program is not everywhere."""
            named = "select tablename from pg_tables where schemaname = 'public'"
            tables = [name for (name,) in postgres.run(named, database="desk")]
            rows = [postgres.run(f'select t::text from "{name}" t', database="desk") for name in tables]  # noqa: S608
            return "\n".join(text for some in rows for (text,) in some)

        def read_files():
            postgres.run("checkpoint", database="desk")
            [(folder,)] = postgres.run("show data_directory", database="desk")
            kept = (path for path in Path(folder).rglob("base/**/*") if path.is_file())
            return b"".join(path.read_bytes() for path in kept)

        subprocess.run([sys.executable, "-c", FILL, run, *CUSTOMERS[:3]], check=True, cwd=ROOT)  # noqa: S603
        places = search(*gone)
        for column in (
            "desk_card column customer_id",
            "desk_event column words",
            "desk_outboxmessage column payload",
        ):
            assert column in places
        assert "django_session column session_data" in places
        assert "desk_savedview column query" in places
        assert all(each in dump() and each.encode() in read_files() for each in gone)
        run_job("erase", CUSTOMERS[1], "--because", "asked", "--yes", "--out", run)
        assert search(*gone) == "[]"
        assert "desk_card column customer_id" in search(other)
        assert not any(each in dump() or each.encode() in read_files() for each in gone)
        assert other in dump()
        with pytest.raises(Exception, match="append-only"):
            postgres.run("delete from desk_event", database="desk")
