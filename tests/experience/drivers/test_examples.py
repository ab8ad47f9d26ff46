"""Examples of drivers: what customers experienced before a date, without what became known later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import pytest

from lealtad.base.errors import TooLittleDataError
from lealtad.company.settings import Settings
from lealtad.experience.drivers.answers_and_contracts import list_answers, list_contracts
from lealtad.experience.drivers.contacts import list_contacts
from lealtad.experience.drivers.examples import DriverExamples, build_driver_examples, list_dates
from lealtad.experience.drivers.known_facts import KnownFacts
from lealtad.experience.drivers.outcomes import list_outcomes, list_spells
from lealtad.experience.drivers.past import PAST
from lealtad.experience.drivers.tickets import list_tickets
from lealtad.lake.timeline import find_end_of_data
from tests.lakes import lake_of

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.lake import Lake
    from lealtad.sources.simulated import SimulatedCompany

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)

pytestmark = pytest.mark.slow  # loads a lake


def days_ago(days: float) -> datetime:
    return AS_OF - timedelta(days=days)


def collect_experiences(parts: list[pl.DataFrame]) -> dict[str, tuple[float, ...]]:
    rows = pl.concat(parts).sort("customer_id", "driver")
    return {driver: tuple(group["bad"]) for (driver,), group in rows.group_by("driver", maintain_order=True)}


def facts(settings: Settings | None = None, **tables: pl.DataFrame) -> KnownFacts:
    return KnownFacts(AS_OF, tables, settings or Settings())


def test_a_failed_contact_counts_half_after_56_days_and_advocacy_is_no_driver():
    contacts = pl.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "occurred_at": [days_ago(56), days_ago(1e-9), days_ago(5), days_ago(95)],
            "stage": ["service", "service", "advocacy", "service"],
            "channel": ["web"] * 4,
            "touchpoint": ["help", "help", "review", "help"],
            "initiated_by": ["customer"] * 4,
            "outcome": ["NOT_FOUND", "found", "abandoned", "not_found"],
        }
    )
    found = collect_experiences(list_contacts(facts(touchpoints=contacts)))
    assert found["touchpoint|service|web|help"] == pytest.approx((0.5,))
    assert not any("advocacy" in driver for driver in found)
    # b was last seen 95 days ago: silent for 95 / 28 − 1 four weeks, at most 2
    assert found["moment|silence"] == pytest.approx((0, 2))


def test_tickets_are_late_by_doublings_open_after_a_week_and_reopened():
    events = pl.DataFrame(
        [
            ("k1", "a", days_ago(2), "created"),
            ("k1", "a", days_ago(2) + timedelta(hours=16), "agent_reply"),
            ("k2", "b", days_ago(10), "created"),
            ("k2", "b", days_ago(10) + timedelta(hours=1), "agent_reply"),
            ("k3", "c", days_ago(20), "created"),
            ("k3", "c", days_ago(19), "solved"),
            ("k3", "c", days_ago(18), "reopened"),
            ("k3", "c", days_ago(17), "solved"),
        ],
        schema=["ticket_id", "customer_id", "occurred_at", "event"],
        orient="row",
    )
    settings = Settings.model_validate({"targets": {"first_response_hours": 4}})
    found = collect_experiences(list_tickets(facts(settings, ticket_events=events)))
    # 16 hours are two doublings of 4; the weight of two days ago is 0.5 ** (2 / 56)
    assert found["moment|first_reply"][0] == pytest.approx(2 * 0.5 ** (2 / 56))
    assert found["moment|first_reply"][1] == 0
    assert found["moment|open_ticket"] == (0, 1, 0)
    assert found["moment|reopened"] == pytest.approx((0.5 ** (20 / 56),))
    assert found["ticket|other"] == pytest.approx((0.5 ** (2 / 56), 0.5 ** (10 / 56), 0.5 ** (20 / 56)))


def test_effort_follows_the_direction_of_the_scale():
    surveys = pl.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "metric": ["ces"] * 3,
            "kind": ["transactional"] * 3,
            "answered_at": [days_ago(1e-9)] * 3,
            "score": [7.0, 7.0, 2.0],
            "scale_min": [1.0] * 3,
            "scale_max": [7.0] * 3,
            "higher_is_easier": [True, False, None],
        }
    )
    assert collect_experiences(list_answers(facts(surveys=surveys)))["moment|effort"] == pytest.approx((0, 1))


def test_a_price_rise_counts_by_tenths_and_a_term_that_ends_within_28_days():
    contracts = pl.DataFrame(
        {
            "subscription_id": ["s", "s", "t"],
            "customer_id": ["a", "a", "b"],
            "occurred_at": [days_ago(400), days_ago(1e-9), days_ago(300)],
            "event": ["start", "renew", "start"],
            "amount_monthly": [10.0, 12.0, 5.0],
            "term_end": [days_ago(1), days_ago(-400), days_ago(-27)],
        }
    )
    found = collect_experiences(list_contracts(facts(subscriptions=contracts)))
    assert found["moment|price_rise"] == pytest.approx((2.0,))
    assert found["moment|term_ends"] == (0, 1)


def test_outcomes_by_hand():
    contracts = pl.DataFrame(
        {
            "subscription_id": ["s", "s", "t", "u", "u", "v"],
            "customer_id": ["stays", "stays", "planned", "goes", "goes", "forced"],
            "occurred_at": [days_ago(50), days_ago(40), days_ago(50), days_ago(50), days_ago(-10), days_ago(50)],
            "event": ["start", "renew", "start", "start", "end", "start"],
            "amount_monthly": [10.0] * 6,
            "voluntary": [None, None, None, None, True, None],
        }
    )
    ended = pl.DataFrame(
        {
            "subscription_id": ["v"],
            "customer_id": ["forced"],
            "occurred_at": [days_ago(-5)],
            "event": ["end"],
            "amount_monthly": [None],
            "voluntary": [False],
        },
        schema=contracts.schema,
    )
    surveys = pl.DataFrame(
        {
            "survey_id": ["1", "2", "3"],
            "customer_id": ["stays", "stays", "goes"],
            "metric": ["nps"] * 3,
            "kind": ["relational"] * 3,
            "sent_at": [days_ago(1), days_ago(-1), days_ago(-2)],
            "answered_at": [days_ago(0.5), days_ago(-2), None],
            "score": [0.0, 9.0, None],
        }
    )
    end = AS_OF + timedelta(days=100)
    tables = {"subscriptions": pl.concat([contracts, ended]), "surveys": surveys}
    rows = list_outcomes(tables, list_spells(tables, end), AS_OF, end, margin_rate=0.5)
    found = {row["customer_id"]: row for row in rows.iter_rows(named=True)}
    assert {name: row["churn"] for name, row in found.items()} == {
        "stays": 0.0,
        "planned": 0.0,
        "goes": 1.0,
        "forced": None,
    }
    assert found["stays"]["nps"] == 100
    assert found["goes"]["nps"] is None
    assert found["goes"]["asked"]
    # 91 days are three months of 30.33 days; 10 a month at a margin of one half, times four for a year
    assert found["stays"]["margin"] == pytest.approx(3 * 10 * 0.5 * 4)
    assert found["goes"]["margin"] == pytest.approx(10 / (364 / 12) * 10 * 0.5 * 4)


def build(lake: Lake, settings: Settings, dates: list[datetime], end: datetime) -> DriverExamples:
    return build_driver_examples(lake, settings, end, 0.25, dates)


def test_what_is_known_later_changes_nothing_that_was_lived(
    small: SimulatedCompany, lake: Lake, settings: Settings, tmp_path: Path
):
    end = find_end_of_data(lake)
    date = list_dates(end, 4)[0]
    clocks = {"touchpoints": "occurred_at", "surveys": "sent_at", "orders": "ordered_at"}
    altered = dict(small.tables)
    for name, clock in {**clocks, "ticket_events": "occurred_at", "interventions": "assigned_at"}.items():
        rows = small.tables[name]
        altered[name] = rows.filter(pl.max_horizontal(clock, "recorded_at") < date)
    past = lake_of(tmp_path / "past", altered)
    one, other = build(lake, settings, [date], end), build(past, settings, [date], end)
    assert one.rows.select("customer_id", *PAST).equals(other.rows.select("customer_id", *PAST))
    assert one.drivers == other.drivers
    assert (one.touched == other.touched).all()
    assert np.array_equal(one.bad, other.bad)


def test_the_order_of_rows_changes_nothing(
    small: SimulatedCompany, lake: Lake, settings: Settings, tmp_path: Path
):
    end = find_end_of_data(lake)
    dates = list_dates(end, 2)
    shuffled = {name: rows.sample(fraction=1, shuffle=True, seed=1) for name, rows in small.tables.items()}
    one, other = build(lake, settings, dates, end), build(lake_of(tmp_path / "l", shuffled), settings, dates, end)
    assert one.rows.equals(other.rows)
    assert (one.touched == other.touched).all()
    assert np.allclose(one.bad, other.bad, atol=1e-6)


def test_a_lake_without_customers_ends_in_one_sentence(
    tmp_path: Path, small: SimulatedCompany, settings: Settings
):
    few = {"orders": small.tables["orders"].head(5), "customers": small.tables["customers"]}
    lake = lake_of(tmp_path / "few", few)
    with pytest.raises(TooLittleDataError, match="active customers in the examples of drivers"):
        build_driver_examples(lake, settings, find_end_of_data(lake), 0.25)
