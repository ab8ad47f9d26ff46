"""Many people claim on one list at once: nobody gets an error, and no customer belongs to two people.

LEALTAD_CLIENTS and LEALTAD_CLAIMS set how many.
"""

import os
import random
import sqlite3
import statistics
import threading
import time

import pytest

from tests.desk.servers import prepare, serve
from tests.sources.postgres import PASSWORD, binaries, server

CLIENTS = int(os.environ.get("LEALTAD_CLIENTS", "8"))
EACH = int(os.environ.get("LEALTAD_CLAIMS", "5"))
pytestmark = pytest.mark.slow


def claim_at_once(desk, sessions, cards):
    """Every client claims EACH customers, at random or the next; return the answers and the seconds of each."""
    answers, lock, start = [], threading.Lock(), threading.Barrier(len(sessions))

    def work(session, seed):
        draw, held = random.Random(seed), 0  # noqa: S311
        start.wait()
        while held < EACH:
            address = f"/list/claim/{draw.randint(1, cards)}/" if held % 2 else "/list/next/"
            begun = time.perf_counter()
            status = desk.post(address, session).status
            with lock:
                answers.append((status, time.perf_counter() - begun))
            held += status == 302

    threads = [threading.Thread(target=work, args=(key, seed)) for seed, key in enumerate(sessions.values())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def judge(answers, claims):
    statuses = {status for status, _ in answers}
    seconds = sorted(duration for _, duration in answers)
    p99 = statistics.quantiles(seconds, n=100)[98]
    print(f"{len(answers)} requests, p50 {statistics.median(seconds):.3f} s, p99 {p99:.3f} s")  # noqa: T201 - what -s shows
    assert statuses <= {302, 409}
    customers = [customer for customer, _ in claims]
    assert len(customers) == len(set(customers))
    return p99


def test_on_sqlite(tmp_path):
    cards = CLIENTS * EACH * 2
    sessions = prepare(tmp_path, cards, CLIENTS)
    with serve(tmp_path) as desk:
        answers = claim_at_once(desk, sessions, cards)
    with sqlite3.connect(tmp_path / "desk" / "desk.sqlite3") as database:
        claims = database.execute(
            "select customer_id, person_id from desk_event where kind = 'claimed'"
        ).fetchall()
        held = database.execute("select count(*) from desk_card where claimed_by_id is not null").fetchone()
    judge(answers, claims)
    assert held[0] == len(claims)
    # a claim of one's own again is a claim; nothing else is answered by 302
    assert len(claims) <= sum(status == 302 for status, _ in answers)
    assert len(claims) >= CLIENTS * EACH * 0.9


@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_on_postgresql(tmp_path, monkeypatch):
    cards = CLIENTS * EACH * 2
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    with server(binaries()) as postgres:
        postgres.run("create database desk", database="postgres")
        address = f"postgresql://owner:${{DESK_PASSWORD}}@127.0.0.1:{postgres.port}/desk"
        sessions = prepare(tmp_path, cards, CLIENTS, LEALTAD_DESK_DATABASE=address)
        with serve(tmp_path, LEALTAD_DESK_DATABASE=address) as desk:
            answers = claim_at_once(desk, sessions, cards)
        claims = postgres.run(
            "select customer_id, person_id from desk_event where kind = 'claimed'", database="desk"
        )
        held = postgres.run("select count(*) from desk_card where claimed_by_id is not null", database="desk")
        with pytest.raises(Exception, match="append-only"):
            postgres.run("update desk_event set words = ''", database="desk")
    judge(answers, claims)
    assert held[0][0] == len(claims)
