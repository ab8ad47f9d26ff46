from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad.base.errors import SettingsError
from lealtad.sources.contract import TABLES, split
from lealtad.sources.contract.tables import CUSTOMERS, STAGES
from lealtad.sources.simulated import Scenario, SimulatedCompany, simulate, stream
from lealtad.sources.simulated.population import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Callable

FACTS = [table for table in TABLES if table.event_time]


@pytest.mark.parametrize("table", [*FACTS, CUSTOMERS], ids=lambda table: table.name)
def test_every_row_keeps_the_contract(simulated: SimulatedCompany, table) -> None:
    rows = simulated.tables[table.name]
    parts = split(table.name, rows, customer_ids=simulated.tables["customers"]["customer_id"])
    assert parts.rejected.is_empty()
    assert set(rows.columns) <= {*table.names, "attr_source", "attr_payment"}
    typed = {name: dtype for name, dtype in rows.schema.items() if not name.startswith("attr_")}
    assert typed == {name: table.column(name).kind.dtype for name in typed}


@pytest.mark.parametrize("table", FACTS, ids=lambda table: table.name)
def test_nothing_is_known_after_the_end(simulated: SimulatedCompany, table) -> None:
    rows, end = simulated.tables[table.name], datetime(2026, 1, 1, tzinfo=UTC)
    assert (rows["recorded_at"] >= rows[table.event_time]).all()
    assert rows["recorded_at"].max() < end


@pytest.mark.parametrize("table", FACTS, ids=lambda table: table.name)
def test_a_few_percent_of_facts_are_recorded_late(simulated: SimulatedCompany, table) -> None:
    rows = simulated.tables[table.name]
    late = (rows["recorded_at"] > rows[table.event_time]).mean()
    assert 0.01 < late < 0.05


def test_broken_rows_are_rejected_and_no_others() -> None:
    whole = simulate(300, 6, scenario=Scenario(late_share=0.0))
    broken = simulate(300, 6, scenario=Scenario(late_share=0.0, broken_share=0.1)).tables
    orders = split("orders", broken["orders"])
    assert orders.rejected.is_empty()  # the same row twice is no contradiction: a load adds it once
    once = orders.valid.select(whole.tables["orders"].columns).unique(maintain_order=True)
    assert_frame_equal(once, whole.tables["orders"])
    surveys = split("surveys", broken["surveys"]).rejected
    assert set(surveys["rules"]) == {"score_is_on_scale"}


def test_a_seed_makes_one_company() -> None:
    one, same, other = (simulate(150, 3, seed=seed) for seed in (1, 1, 2))
    for name, rows in one.tables.items():
        assert_frame_equal(rows, same.tables[name])
    assert_frame_equal(one.truth, same.truth)
    assert not one.truth.equals(other.truth)


def test_a_full_block_does_not_depend_on_the_size_of_the_company() -> None:
    blocks = list(stream(5_100, 2, seed=3))
    alone = simulate(5_000, 2, seed=3)
    assert_frame_equal(blocks[0].tables["touchpoints"], alone.tables["touchpoints"])
    assert_frame_equal(blocks[0].truth, alone.truth)
    together = pl.concat([block.tables["touchpoints"] for block in blocks])
    assert together["touchpoint_id"].is_unique().all()


def test_the_journey_is_whole(simulated: SimulatedCompany) -> None:
    touchpoints = simulated.tables["touchpoints"]
    assert set(touchpoints["stage"]) == set(STAGES)
    assert set(touchpoints["channel"]) == set(CHANNELS)
    assert {"marketing", "sales", "store", "support", "product"} <= set(touchpoints["owner"])
    assert 0.02 < touchpoints["owner"].is_null().mean() < 0.25
    assert set(touchpoints["variant"].drop_nulls()) == {"A", "B"}
    arms = touchpoints.drop_nulls("variant").group_by("customer_id", "touchpoint").agg(pl.n_unique("variant"))
    assert (arms["variant"] == 1).all()


def test_prospects_hear_and_compare_and_only_sometimes_buy(simulated: SimulatedCompany) -> None:
    # whoever has an alias seems to begin in the middle of the journey
    known_twice = pl.concat([simulated.identities["alias"], simulated.identities["customer_id"]])
    customers = simulated.tables["customers"].filter(~pl.col("customer_id").is_in(known_twice.implode()))
    start = date(2025, 1, 2)
    met = customers.filter(pl.col("first_contact_at").dt.date() >= start)
    bought = met.group_by("customer_id").agg(pl.col("became_customer_at").is_not_null().any())
    assert 0.2 < bought["became_customer_at"].mean() < 0.7
    touched = simulated.tables["touchpoints"].filter(pl.col("customer_id").is_in(met["customer_id"].implode()))
    first = touched.sort("occurred_at").group_by("customer_id").first()
    assert set(first["stage"]) <= {"awareness", "consideration", "purchase"}


def test_who_has_left_stops_acting(simulated: SimulatedCompany) -> None:
    ends = simulated.tables["subscriptions"].filter(pl.col("event").is_in(["end", "resume", "start"]))
    contract = ends.sort("occurred_at").select("customer_id", "occurred_at", pl.col("event").alias("contract"))
    merged = simulated.tables["touchpoints"].sort("occurred_at")
    at_the_time = merged.join_asof(contract, on="occurred_at", by="customer_id", check_sortedness=False)
    assert at_the_time.filter(pl.col("contract") == "end").is_empty()
    asked = simulated.tables["surveys"].sort("sent_at")
    asked = asked.join_asof(
        contract, left_on="sent_at", right_on="occurred_at", by="customer_id", check_sortedness=False
    )
    assert asked.filter(pl.col("contract") == "end").is_empty()


def test_an_alias_is_used_until_it_is_recognised(simulated: SimulatedCompany) -> None:
    identities, touchpoints = simulated.identities, simulated.tables["touchpoints"]
    assert identities.height > 10
    before = touchpoints.join(identities, left_on="customer_id", right_on="alias")
    assert before.height > 0
    assert (before["occurred_at"] < before["valid_from"]).all()
    own = touchpoints.join(identities, on="customer_id")
    assert (own["occurred_at"] >= own["valid_from"]).all()


def test_magnitudes_are_those_of_a_mid_size_company(simulated: SimulatedCompany) -> None:
    weeks = simulated.truth.filter(pl.col("as_of") < datetime(2026, 1, 1, tzinfo=UTC)).height
    months = weeks * 7 / 30.44
    tables = simulated.tables
    assert 1.0 < tables["touchpoints"].height / weeks < 4.0
    assert 0.2 < tables["ticket_events"].filter(pl.col("event") == "created").height / months < 0.4
    assert 0.35 < tables["orders"].filter(~pl.col("is_return")).height / months < 0.65
    assert 0.02 < tables["orders"]["is_return"].mean() < 0.1
    assert 0.2 < tables["surveys"]["answered_at"].is_not_null().mean() < 0.3
    ends = tables["subscriptions"].filter(pl.col("voluntary"))
    assert 0.015 < ends.height / months < 0.035
    starts = tables["subscriptions"].filter(pl.col("event") == "start")
    assert 20 < starts["amount_monthly"].mean() < 60


def test_an_unknown_cause_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="Did you mean 'silence'"):
        Scenario(pressed=("silense",))


@pytest.mark.parametrize(
    ("refused", "found"),
    [
        (lambda: simulate(0), "found 0 customers"),
        (lambda: simulate(10, 0), "found 0 months"),
        (lambda: Scenario(late_share=1.5), "found 1.5"),
    ],
)
def test_impossible_companies_are_refused(refused: Callable[[], object], found: str) -> None:
    with pytest.raises(SettingsError, match=found):
        refused()
