"""The desk: its pages against a plain Django view, and a night's delivery for a million customers."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from bench.rows import build_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench.rows import Row

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
# facts of the lake, and customers of the large company
FACTS = int(os.environ.get("LEALTAD_DESK_FACTS", "20000000"))
CUSTOMERS = int(os.environ.get("LEALTAD_DESK_CUSTOMERS", "1000000"))
OF_ONE, LISTED, REPEATS = 2_000, 1_000, 40


def run() -> list[Row]:
    """Measure delivery and pages."""
    with tempfile.TemporaryDirectory(prefix="lealtad-bench-desk-") as name:
        out = Path(name)
        _build_lake(out)
        from lealtad.desk import run as desk

        desk.prepare_desk(out, clock_starts_at=AS_OF + timedelta(hours=9))
        return [*_measure_delivery(out), *_measure_pages()]


def _build_lake(out: Path) -> None:
    """Write touchpoints of many customers, OF_ONE of them by the first, and contacts and scores of all."""
    from lealtad.base.instants import INSTANT
    from lealtad.lake import Lake, commit_tables
    from lealtad.lake.buckets import count_buckets
    from lealtad.lake.manifest import Manifest

    ids = pl.Series("customer_id", [f"C{number:07d}" for number in range(CUSTOMERS)])
    rng = np.random.default_rng(7)
    customer = np.sort(np.concatenate([np.zeros(OF_ONE, np.int64), rng.integers(1, CUSTOMERS, FACTS - OF_ONE)]))
    at = pl.Series(
        AS_OF - timedelta(days=700) + pl.Series(rng.integers(0, 699 * 86400, FACTS)).cast(pl.Duration("ms")) * 1000
    )
    touchpoints = pl.DataFrame(
        {"customer_id": ids.gather(customer), "occurred_at": at.cast(INSTANT)}
    ).with_columns(
        touchpoint_id=pl.int_range(FACTS).cast(pl.String),
        stage=pl.lit("service"),
        channel=pl.lit("web"),
        touchpoint=pl.lit("knowledge_base"),
        initiated_by=pl.lit("customer"),
        known_at=pl.col("occurred_at"),
        superseded_at=pl.lit(None, INSTANT),
    )
    people = pl.DataFrame({"customer_id": ids}).with_columns(
        segment=pl.lit("family"), known_at=pl.lit(None, INSTANT), superseded_at=pl.lit(None, INSTANT)
    )
    contacts = people.select("customer_id", "known_at", "superseded_at").with_columns(
        name="Ana Muñoz " + pl.col("customer_id"),
        phone="+34 600 " + pl.col("customer_id").str.slice(1),
        email=pl.col("customer_id") + "@example.com",
    )
    scores = people.select("customer_id").with_columns(
        as_of=pl.lit(AS_OF).cast(INSTANT), model=pl.lit("churn"), probability=0.2, low=0.1, high=0.3
    )
    lake = Lake(out / "lake", Manifest(count_buckets(FACTS)))
    tables = {"customers": people, "contacts": contacts, "touchpoints": touchpoints, "scores": scores}
    commit_tables(lake, tables)


def _measure_delivery(out: Path) -> list[Row]:
    """Measure how long the list takes into the desk's database, and all customers into the search index."""
    from lealtad.desk.delivery import NightList, deliver_night
    from lealtad.desk.search_index import search_customers, write_search_index
    from lealtad.lake import Lake

    rows = [_build_row(f"C{number:07d}", number + 1) for number in range(LISTED)]
    start = time.perf_counter()
    write_search_index(Lake.open(out / "lake"), out / "desk")
    deliver_night(NightList("bench", AS_OF, "retention", rows, owners={"retention": 10 * LISTED}))
    seconds = time.perf_counter() - start
    searches = [_clock(partial(search_customers, out / "desk", f"munoz c{n:07d}")) for n in range(10)]
    company = f"{CUSTOMERS:,} customers"
    return [
        build_row(f"desk: delivery of a night, {company}", seconds, "s", 30.0, "lower"),
        build_row(
            f"desk: search, {company}, p95", 1000 * float(np.quantile(searches, 0.95)), "ms", 500.0, "lower"
        ),
    ]


def _measure_pages() -> list[Row]:
    from django.http import HttpResponse
    from django.test import Client
    from django.urls import path

    from lealtad.desk import urls
    from lealtad.desk.models import Person

    urls.urlpatterns.append(path("plain/", lambda _: HttpResponse("ok")))
    person = Person.objects.create(username="bench", role="lead")
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    pages = {
        "a plain Django view": ("/plain/", 20.0),
        f"list of {LISTED:,} rows": ("/list/", 200.0),
        f"customer with {OF_ONE:,} facts, lake of {FACTS:,}": ("/customer/?id=C0000000", 300.0),
    }
    return [
        build_row(
            f"desk: {name}, p95",
            1000 * _measure_p95(partial(_open, browser, address)),
            "ms",
            goal,
            "lower",
        )
        for name, (address, goal) in pages.items()
    ]


def _open(browser: Any, address: str) -> None:
    answer = browser.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")


def _measure_p95(call: Callable[[], object]) -> float:
    call()
    return float(np.quantile([_clock(call) for _ in range(REPEATS)], 0.95))


def _clock(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _build_row(customer: str, rank: int) -> dict[str, Any]:
    return {
        "customer_id": customer,
        "rank": rank,
        "owner": "retention",
        "suggested_action": "call",
        "channel": "phone",
        "segment": "family",
        "quadrant": "at_risk_promoter",
        "name": f"Ana Muñoz {customer}",
        "due_by": AS_OF + timedelta(days=2),
        "churn_probability": 0.2,
        "value_at_stake": 100.0,
        "expected_gain": 10.0,
        "reason_1": "Had to reopen 1 ticket in the last 91 days; customers who stay: none.",
    }
