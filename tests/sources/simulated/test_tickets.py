from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.sources.simulated.support_desks import build_desks
from lealtad.sources.simulated.weeks import HOUR, SECOND, Weeks

if TYPE_CHECKING:
    from lealtad.sources.simulated import SimulatedCompany

pytestmark = pytest.mark.slow

WEEKS = Weeks.before(date(2026, 1, 1), 12)
MADRID, MEXICO = build_desks(WEEKS)


def micros(*local: int, zone: str) -> np.ndarray:
    return np.array([int(datetime(*local, tzinfo=ZoneInfo(zone)).timestamp()) * SECOND])


@pytest.mark.parametrize(
    ("desk", "asked", "hours", "answered"),
    [
        # Friday 17:30 to Monday 9:30
        (MADRID, (2025, 2, 7, 17, 30), 1.0, (2025, 2, 10, 9, 30)),
        # the clocks go forward on Sunday 30 March: still nine to six by the local clock
        (MADRID, (2025, 3, 28, 17, 0), 2.0, (2025, 3, 31, 10, 0)),
        # 1 May is a holiday in both countries, 2 May in Madrid alone, then a weekend
        (MADRID, (2025, 4, 30, 17, 0), 2.0, (2025, 5, 5, 10, 0)),
        (MEXICO, (2025, 4, 30, 17, 0), 2.0, (2025, 5, 2, 10, 0)),
        (MEXICO, (2025, 9, 15, 17, 30), 1.0, (2025, 9, 17, 9, 30)),
        # in the night nothing passes
        (MADRID, (2025, 2, 5, 3, 0), 0.0, (2025, 2, 5, 9, 0)),
    ],
)
def test_business_hours_by_hand(desk, asked, hours, answered) -> None:
    found = desk.add_business_hours(micros(*asked, zone=desk.zone), np.array([hours]))
    assert found == micros(*answered, zone=desk.zone)


@given(start=st.integers(0, 360 * 24 * 60), hours=st.floats(0, 500), desk=st.sampled_from([MADRID, MEXICO]))
def test_the_business_time_that_passes_is_the_one_asked_for(start: int, hours: float, desk) -> None:
    asked = np.array([WEEKS.start + start * 60 * SECOND])
    answered = desk.add_business_hours(asked, np.array([hours]))
    assert answered >= asked
    passed = desk.measure_business_time(answered) - desk.measure_business_time(asked)
    assert abs(int(passed[0]) - hours * HOUR) <= SECOND


@pytest.fixture(scope="module")
def events(simulated: SimulatedCompany) -> pl.DataFrame:
    customers = simulated.tables["customers"].select("customer_id", "country").unique()
    return simulated.tables["ticket_events"].join(customers, on="customer_id", how="left")


@pytest.mark.parametrize(
    ("zone", "countries", "holiday"),
    [
        ("Europe/Madrid", ["ES", "PT"], date(2025, 12, 8)),
        ("America/Mexico_City", ["MX", "CO", "US"], date(2025, 9, 16)),
    ],
)
def test_agents_reply_only_at_work(events: pl.DataFrame, zone: str, countries: list[str], holiday: date) -> None:
    replies = events.filter(
        pl.col("event").is_in(["agent_reply", "solved"]), pl.col("country").is_in(countries)
    ).select(pl.col("occurred_at").dt.convert_time_zone(zone).alias("at"))
    assert (replies["at"].dt.weekday() <= 5).all()
    assert replies["at"].dt.time().min() >= time(9)
    assert replies["at"].dt.time().max() <= time(18, 1)
    days = set(replies["at"].dt.date())
    assert holiday not in days
    assert holiday + timedelta(days=2) in days


def test_the_life_of_a_ticket(events: pl.DataFrame) -> None:
    lives = events.sort("ticket_id", "occurred_at").group_by("ticket_id", maintain_order=True)
    life = lives.agg(pl.col("event"), pl.col("opened_by").first(), pl.col("recorded_at").max())
    # whatever is recorded late may be missing at the very end
    complete = life.filter(pl.col("recorded_at") < datetime(2025, 11, 15, tzinfo=UTC))
    assert (complete["event"].list.first() == "created").all()
    counts = events["event"].value_counts().rows_by_key("event", unique=True)
    assert set(counts) == {
        "created",
        "agent_reply",
        "customer_reply",
        "bot_reply",
        "solved",
        "reopened",
        "merged",
        "deleted",
    }
    assert 0.02 < (life["opened_by"] == "agent").mean() < 0.07


def test_bots_answer_at_once_and_are_not_agents(events: pl.DataFrame) -> None:
    created = events.filter(pl.col("event") == "created").select("ticket_id", created_at="occurred_at")
    bots = events.filter(pl.col("event") == "bot_reply").join(created, on="ticket_id")
    assert bots.height > 50
    assert ((bots["occurred_at"] - bots["created_at"]) < timedelta(minutes=1)).all()


def test_a_merged_ticket_names_the_one_that_survives(events: pl.DataFrame) -> None:
    merged = events.filter(pl.col("event") == "merged")
    assert merged.height > 10
    created = events.filter(pl.col("event") == "created").select("ticket_id", "customer_id", "occurred_at")
    survivor = merged.join(created, left_on=["merged_into", "customer_id"], right_on=["ticket_id", "customer_id"])
    assert survivor.height >= 0.9 * merged.height  # some survivors are recorded late, after the end
    assert (survivor["occurred_at"] > survivor["occurred_at_right"]).all()
    assert events.filter(pl.col("event") != "merged")["merged_into"].is_null().all()


def test_urgent_tickets_are_answered_first(events: pl.DataFrame) -> None:
    by_customer = events.filter(pl.col("opened_by") == "customer")
    created = by_customer.filter(pl.col("event") == "created").select("ticket_id", "priority", at="occurred_at")
    public = by_customer.filter(pl.col("event") == "agent_reply", pl.col("public"))
    first = public.group_by("ticket_id").agg(pl.col("occurred_at").min())
    waits = created.join(first, on="ticket_id").with_columns(wait=pl.col("occurred_at") - pl.col("at"))
    median = dict(waits.group_by("priority").agg(pl.col("wait").median()).iter_rows())
    assert median["urgent"] < median["high"] < median["normal"] < median["low"]
