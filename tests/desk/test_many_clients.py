"""Many people claim on one list at once: nobody gets an error, and no customer belongs to two people.

LEALTAD_CLIENTS and LEALTAD_CLAIMS set how many.
"""

import os
import random
import signal
import sqlite3
import statistics
import threading
import time
from pathlib import Path

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


@pytest.fixture
def postgres(monkeypatch):
    """A server with an empty database for a desk, and the address of that database."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    monkeypatch.setenv("DESK_PASSWORD", PASSWORD)
    with server(binaries()) as running:
        running.run("create database desk", database="postgres")
        monkeypatch.setenv(
            "LEALTAD_DESK_DATABASE", f"postgresql://owner:${{DESK_PASSWORD}}@127.0.0.1:{running.port}/desk"
        )
        yield running


def test_on_postgresql(tmp_path, postgres):
    cards = CLIENTS * EACH * 2
    sessions = prepare(tmp_path, cards, CLIENTS)
    with serve(tmp_path) as desk:
        answers = claim_at_once(desk, sessions, cards)
    claims = postgres.run("select customer_id, person_id from desk_event where kind = 'claimed'", database="desk")
    held = postgres.run("select count(*) from desk_card where claimed_by_id is not null", database="desk")
    with pytest.raises(Exception, match="append-only"):
        postgres.run("update desk_event set words = ''", database="desk")
    judge(answers, claims)
    assert held[0][0] == len(claims)


def test_a_quota_holds_for_all_who_claim_at_once(tmp_path, postgres):
    sessions = prepare(tmp_path, cards=40, people=8, quota=11)
    statuses = []

    def claim_five(session, first):
        addresses = [f"/list/claim/{card}/" for card in range(first, first + 5)]
        statuses.extend(desk.post(address, session).status for address in addresses)

    with serve(tmp_path) as desk:
        threads = [
            threading.Thread(target=claim_five, args=(session, 1 + 5 * number))
            for number, session in enumerate(sessions.values())
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses.count(302) == 11
    assert statuses.count(403) == 29
    held = postgres.run("select count(*) from desk_card where claimed_by_id is not null", database="desk")
    assert held[0][0] == 11


def test_every_process_shows_what_the_lake_holds(tmp_path, postgres):
    sessions = prepare(tmp_path, cards=4, people=6)
    answers = []

    def look(session):
        answers.extend(desk.get("/customer/?id=n0001", session).status for _ in range(6))

    with serve(tmp_path) as desk:
        threads = [threading.Thread(target=look, args=(session,)) for session in sessions.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200] * 36


def test_no_process_outlives_the_first_one(tmp_path, postgres):
    prepare(tmp_path, cards=1, people=1)
    with serve(tmp_path) as desk:
        desk.process.kill()
        desk.process.wait()
        wait_until_nobody_answers(desk)


def test_the_desk_ends_with_an_error_when_the_processes_that_answer_have_ended(tmp_path, postgres):
    prepare(tmp_path, cards=1, people=1)
    with serve(tmp_path) as desk:
        number = desk.process.pid
        [started] = Path(f"/proc/{number}/task/{number}/children").read_text().split()
        os.kill(int(started), signal.SIGKILL)
        assert desk.process.wait(timeout=20) == 1
        wait_until_nobody_answers(desk)


def wait_until_nobody_answers(desk):
    deadline = time.monotonic() + 20
    while answers(desk) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not answers(desk)


def answers(desk):
    try:
        return desk.get("/ready/").status == 200
    except ConnectionRefusedError:
        return False
    except ConnectionError:  # taken by a process that was ending
        return True
