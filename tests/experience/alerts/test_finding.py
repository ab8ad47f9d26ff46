"""What a night finds in a lake: what was planted, and nothing known later; the job reports it once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from bench.experience_alerts import CHANGES, count_alarmed_months, find_delay
from lealtad.company.settings import Settings, Targets
from lealtad.experience.alerts import Ledger, find_signals
from tests.conftest import run_job_here
from tests.lakes import lake_of

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake

NIGHT = datetime(2026, 6, 30, tzinfo=UTC)
SETTINGS = Settings(targets=Targets(csat=0.8, first_response_hours=4.0))

pytestmark = pytest.mark.slow  # loads a lake


def days_ago(days: float) -> datetime:
    return NIGHT - timedelta(days=days)


def build_company() -> dict[str, pl.DataFrame]:
    """Half a year: the shop satisfies too few, waiting comes up, the help page fails, tickets stay."""
    rng = np.random.default_rng(4)
    surveys, touchpoints, events = [], [], []
    for k in range(600):
        at, place = days_ago(200 * rng.random()), "shop" if k % 2 else "store"
        touchpoints.append((f"t{k}", f"c{k}", at, "purchase", "web", place, "sales", None))
        good = rng.random() < (0.55 if place == "shop" else 0.9)
        waits = at >= days_ago(28) and rng.random() < 0.5
        comment = "I waited two weeks for a reply" if waits else "The colour of the box is blue"
        surveys.append((f"s{k}", f"c{k}", at, at + timedelta(hours=2), 5.0 if good else 1.0, f"t{k}", comment))
    for k in range(900):
        at = days_ago(205 * rng.random())
        fails = rng.random() < (0.5 if at >= days_ago(28) else 0.05)
        outcome = "not_found" if fails else "found"
        touchpoints.append((f"h{k}", f"c{k % 600}", at, "service", "web", "help", "product", outcome))
    for k in range(500):
        at = days_ago(230 * rng.random())
        events.append((f"k{k}", f"c{k}", at, "created", "support"))
        events.append((f"k{k}", f"c{k}", at + timedelta(hours=1), "agent_reply", "support"))
        if at < days_ago(20):
            events.append((f"k{k}", f"c{k}", at + timedelta(hours=20), "solved", "support"))
    touch = ("touchpoint_id", "customer_id", "occurred_at", "stage", "channel", "touchpoint", "owner", "outcome")
    asked = ("survey_id", "customer_id", "sent_at", "answered_at", "score", "touchpoint_id", "comment")
    return {
        "customers": pl.DataFrame({"customer_id": [f"c{k}" for k in range(600)]}),
        "touchpoints": pl.DataFrame(
            touchpoints, schema=touch, orient="row", infer_schema_length=None
        ).with_columns(initiated_by=pl.lit("customer")),
        "surveys": pl.DataFrame(surveys, schema=asked, orient="row").with_columns(
            metric=pl.lit("csat"), kind=pl.lit("transactional"), scale_min=1.0, scale_max=5.0
        ),
        "ticket_events": pl.DataFrame(
            [row for row in events if row[2] < NIGHT],
            schema=("ticket_id", "customer_id", "occurred_at", "event", "owner"),
            orient="row",
        ),
    }


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(tmp_path_factory.mktemp("alerts") / "run" / "lake", build_company())


def find(lake: Lake, folder: Path, as_of: datetime = NIGHT) -> dict[tuple[str, str], str | None]:
    drivers = folder / "drivers.csv"
    drivers.write_text("driver\ntouchpoint|service|web|help\n")
    signals = find_signals(lake, SETTINGS, as_of, Ledger(), drivers)
    return {(signal.kind, signal.subject): signal.owner for signal in signals if signal.is_raised}


def test_what_was_planted_is_found_with_its_owner_and_nothing_else(lake: Lake, tmp_path: Path):
    raised = find(lake, tmp_path)
    assert {kind for kind, _ in raised} == {"miss", "theme", "driver", "queue"}
    misses = {subject: owner for (kind, subject), owner in raised.items() if kind == "miss"}
    assert {subject.split("|")[1] for subject in misses} <= {"", "shop"}
    assert [owner for subject, owner in misses.items() if subject.startswith("purchase|shop|web|csat")] == [
        "sales"
    ]
    assert ("theme", "wait") in raised or any("wait" in subject or "reply" in subject for _, subject in raised)
    assert raised["driver", "touchpoint|service|web|help"] == "product"
    assert raised["queue", "support"] == "support"


def test_what_became_known_later_changes_nothing(lake: Lake, tmp_path: Path):
    then = days_ago(40)
    tables = build_company()
    clocks = {"touchpoints": "occurred_at", "surveys": "sent_at", "ticket_events": "occurred_at"}
    known = {
        name: rows.filter(pl.col(clocks[name]) < then) if name in clocks else rows for name, rows in tables.items()
    }
    known["surveys"] = known["surveys"].with_columns(
        pl.when(pl.col("answered_at") < then).then(name).alias(name)
        for name in ("score", "answered_at", "comment")
    )
    (tmp_path / "a").mkdir()
    alone = lake_of(tmp_path / "lake", known)
    assert find(alone, tmp_path / "a", then) == find(lake, tmp_path / "a", then)


def test_the_job_reports_once_on_the_page_and_in_the_summary(lake: Lake):
    out = lake.root.parent
    (out / "targets.toml").write_text("[targets]\ncsat = 0.8\n")
    arguments = ("--out", out, "--settings", out / "targets.toml")
    first = run_job_here("alerts", *arguments)
    assert "new alerts" in first.stderr
    page = (out / "alerts.html").read_text()
    assert page.count('<li id="') >= 3
    assert '<span class="tag">new</span>' in page
    before = (out / "alerts.json").read_bytes()
    again = run_job_here("alerts", *arguments, "--language", "es")
    assert (out / "alerts.json").read_bytes() == before
    assert "Avisos abiertos" in (out / "alerts.html").read_text()
    assert again.returncode == 0
    past = run_job_here("alerts", *arguments, "--as-of", "2026-03-01")
    assert "none of them sent" in past.stderr
    assert (out / "alerts.json").read_bytes() == before


def test_a_lake_without_facts_has_no_alerts(tmp_path: Path):
    lake = lake_of(tmp_path / "lake", {"customers": pl.DataFrame({"customer_id": ["a"]})})
    assert find_signals(lake, SETTINGS, NIGHT, Ledger()) == []


def test_months_without_a_change_are_silent_and_a_change_is_heard():
    assert not any(count_alarmed_months(seed=1))
    assert find_delay(1, CHANGES["twice as many tickets are opened"]) < 28
