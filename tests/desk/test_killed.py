"""The server is killed while people write and a night takes events: what it acknowledged is there, once.

LEALTAD_KILLS sets how often.
"""

import os
import secrets
import sqlite3
import subprocess
import sys
import threading
import time

import pytest

from tests.desk.servers import ROOT, Desk, find_free_port, prepare

KILLS = int(os.environ.get("LEALTAD_KILLS", "2"))
CLIENTS = 4
pytestmark = pytest.mark.slow


def write_until(desk, stop, session, cards, acknowledged):
    """Log outcomes one by one; a request without an answer is sent again under its key."""
    for card in cards:
        key = secrets.token_urlsafe(16)
        while not stop.is_set():
            try:
                form = {"id": card, "kind": "outcome", "outcome": "accepted", "key": key}
                answer = desk.post("/customer/act/", session, **form)
            except (OSError, ValueError):
                time.sleep(0.05)
                continue
            if answer.status == 302:
                acknowledged.append((key, card))
                break
            raise AssertionError((answer.status, answer.text))


def start_night(out):
    """Take the desk's events into the lake beside it, as a night does, with a clock at which they are facts."""
    code = (
        "from datetime import timedelta; from pathlib import Path; from lealtad.desk import run; "
        "from tests.desk import company; "
        f"out = Path({str(out)!r}); run.prepare_desk(out, clock_starts_at=company.OPENS + timedelta(hours=1)); "
        "[run.take_events(out, print) for _ in range(3)]"
    )
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603


def test_no_acknowledged_event_is_lost_and_none_is_doubled(tmp_path):  # noqa: C901
    sessions = prepare(tmp_path, 400 * CLIENTS, CLIENTS)
    desk, stop, acknowledged = Desk(tmp_path, find_free_port()), threading.Event(), []
    failures = []

    def work(*arguments):
        try:
            write_until(*arguments)
        except AssertionError as error:
            failures.append(error)

    desk.start()
    threads = []
    for number, session in enumerate(sessions.values()):
        cards = [f"n{card:04d}" for card in range(number * 400 + 1, number * 400 + 401)]
        threads.append(threading.Thread(target=work, args=(desk, stop, session, cards, acknowledged)))
    for thread in threads:
        thread.start()
    night = start_night(tmp_path)
    for _ in range(KILLS):
        before = len(acknowledged)
        while len(acknowledged) < before + 5 and not failures:
            time.sleep(0.02)
        desk.kill()
        desk.start()
    before = len(acknowledged)
    while len(acknowledged) < before + 5 and not failures:
        time.sleep(0.02)
    stop.set()
    for thread in threads:
        thread.join()
    desk.kill()
    assert not failures, failures
    assert night.wait(timeout=300) == 0
    with sqlite3.connect(tmp_path / "desk" / "desk.sqlite3") as database:
        stored = database.execute(
            "select request_key, customer_id from desk_event where kind = 'outcome'"
        ).fetchall()
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
    assert set(acknowledged) <= set(stored)
    customers = [customer for _, customer in stored]
    assert len(customers) == len(set(customers))
    print(f"{len(acknowledged)} acknowledged, {len(stored)} stored, {KILLS} kills")  # noqa: T201 - what -s shows
