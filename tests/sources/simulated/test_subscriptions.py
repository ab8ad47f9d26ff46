from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from lealtad.sources.simulated import Scenario, SimulatedCompany, simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def punctual() -> SimulatedCompany:
    """A company where everything is recorded at once, so that no event is missing at the end."""
    return simulate(2_000, 12, seed=8, scenario=Scenario(late_share=0.0, alias_share=0.0))


@pytest.fixture(scope="module")
def contracts(punctual: SimulatedCompany) -> pl.DataFrame:
    return punctual.tables["subscriptions"].sort("customer_id", "occurred_at")


def test_what_follows_what(contracts: pl.DataFrame) -> None:
    steps = contracts.filter(pl.col("event").is_in(["start", "pause", "resume", "end"])).select(
        "customer_id", "event", following=pl.col("event").shift(-1).over("customer_id")
    )
    allowed = {
        ("start", "pause"),
        ("start", "end"),
        ("pause", "resume"),
        ("pause", "end"),
        ("resume", "pause"),
        ("resume", "end"),
        ("end", "resume"),
    }
    assert set(steps.drop_nulls("following").select("event", "following").iter_rows()) <= allowed
    first = contracts.group_by("customer_id", maintain_order=True).first()
    assert set(first["event"]) == {"start"}


def test_no_event_knows_a_later_renewal(contracts: pl.DataFrame) -> None:
    after = contracts.filter(pl.col("event").is_in(["resume", "change"])).join(
        contracts.filter(pl.col("event") == "renew"), on="customer_id", suffix="_renewed"
    )
    later = after.filter(pl.col("occurred_at_renewed") > pl.col("occurred_at"))
    assert later.height > 0
    assert (later["term_end_renewed"] > later["term_end"]).fill_null(value=True).all()


def test_ends_say_whether_they_were_wanted(contracts: pl.DataFrame) -> None:
    ends = contracts.filter(pl.col("event") == "end")
    assert ends["voluntary"].null_count() == 0
    assert 0.6 < ends["voluntary"].mean() < 0.95
    assert contracts.filter(pl.col("event") != "end")["voluntary"].is_null().all()


def test_a_subscription_renews_when_its_term_ends(contracts: pl.DataFrame) -> None:
    terms = contracts.drop_nulls("term_end").with_columns(before=pl.col("term_end").shift().over("customer_id"))
    renewals = terms.filter(pl.col("event") == "renew").drop_nulls("before")
    # before the tables begin only the last renewal is kept
    direct = renewals.filter(pl.col("occurred_at").dt.year() == 2025)
    assert (direct["occurred_at"] == direct["before"]).mean() > 0.9
    lengths = set(renewals.select(pl.col("term_end") - pl.col("occurred_at")).to_series())
    assert lengths == {timedelta(weeks=13), timedelta(weeks=52)}


def test_a_failed_payment_is_mended_more_often_than_a_decision_is_taken_back(contracts: pl.DataFrame) -> None:
    steps = contracts.filter(pl.col("event").is_in(["end", "resume"])).with_columns(
        back=(pl.col("event").shift(-1).over("customer_id") == "resume").fill_null(value=False)
    )
    back = dict(
        steps.filter(pl.col("event") == "end").group_by("voluntary").agg(pl.col("back").mean()).iter_rows()
    )
    assert 0.0 < back[True] < 0.15 < back[False] < 0.6


def test_who_wants_to_leave_mostly_says_so_first(contracts: pl.DataFrame) -> None:
    left = contracts.filter(pl.col("voluntary"))
    asked = contracts.filter(pl.col("event") == "cancel_request").select("customer_id", "occurred_at", asked=True)
    before = left.sort("occurred_at").join_asof(
        asked.sort("occurred_at"),
        on="occurred_at",
        by="customer_id",
        tolerance="7d",
        check_sortedness=False,
    )
    assert 0.6 < before["asked"].is_not_null().mean() < 0.8


def test_returns_are_orders_with_negative_amounts(punctual: SimulatedCompany) -> None:
    orders = punctual.tables["orders"]
    assert (orders.filter("is_return")["amount"] < 0).all()
    assert (orders.filter(~pl.col("is_return"))["amount"] > 0).all()
    back = orders.filter("is_return").with_columns(pl.col("order_id").str.replace("R", "O"))
    both = back.join(orders, on="order_id")
    assert both.height == back.height
    assert (both["amount"] == -both["amount_right"]).all()


def test_the_attributes_of_a_customer_come_with_their_day(punctual: SimulatedCompany) -> None:
    customers = punctual.tables["customers"].sort("customer_id", "valid_from")
    assert (customers["valid_from"] >= customers["first_contact_at"]).all()
    prospects = customers.filter(pl.col("segment") == "prospect")
    assert prospects["became_customer_at"].is_null().all()
    starts = punctual.tables["subscriptions"].filter(pl.col("event") == "start")
    became = customers.drop_nulls("became_customer_at").group_by("customer_id").first()
    both = became.join(starts, on="customer_id")
    assert both.height == starts.height
    assert (both["became_customer_at"] == both["occurred_at"]).all()
