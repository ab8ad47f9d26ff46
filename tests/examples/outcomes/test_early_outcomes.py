"""What a date's first days had told when they were over: nothing of later, and nothing that came late."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lealtad.company.outcome_definition import Answering, Contractual, Inactivity
from lealtad.examples.outcomes import compute_early_outcomes, compute_outcomes, list_lookouts
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from tests.companies import INSTANT, at, order_tables

pytestmark = pytest.mark.slow

LABEL = Inactivity(horizon_days=28, alive_orders=1)
DATE, OVER, CLOSED = 20, 27, 90


def orders(*rows):
    """Rows of (customer, day, days until it was recorded)."""
    return pl.DataFrame(
        {
            "order_id": [str(number) for number in range(len(rows))],
            "customer_id": [row[0] for row in rows],
            "ordered_at": [at(24 * row[1]) for row in rows],
            "amount": [5.0] * len(rows),
            "known_at": [at(24 * (row[1] + row[2])) for row in rows],
        },
        schema_overrides={"ordered_at": INSTANT, "known_at": INSTANT},
    )


def lake_of(root, tables):
    return commit_tables(Lake(root, Manifest(2)), tables)


def find_seen(lake, label=LABEL, days=OVER - DATE):
    parts = [compute_early_outcomes(lake, label, [at(24 * DATE)], days, bucket) for bucket in lake.buckets]
    return dict(pl.concat(parts).select("customer_id", "seen").iter_rows())


def test_a_purchase_is_seen_once_it_is_known(tmp_path):
    rows = orders(
        *[(who, 18, 0) for who in "abcd"], ("a", 22, 0), ("b", 22, 6), ("c", 30, 0), ("e", 22, 0), ("d", CLOSED, 0)
    )
    assert find_seen(lake_of(tmp_path / "lake", {"orders": rows})) == {
        "a": True,
        "b": False,
        "c": False,
        "d": False,
    }


@settings(max_examples=20)
@given(order_tables(min_size=1), st.integers(1, 3))
def test_nothing_that_became_known_later_changes_it(tmp_path_factory, facts, weeks):
    root = tmp_path_factory.mktemp("so_far")
    over = at(24 * (DATE + 7 * weeks))
    known = facts.filter(pl.col("known_at") < over)
    ended = orders(("z", CLOSED, 0)).with_columns(order_id=pl.lit("last"))
    told_of = [
        find_seen(lake_of(root / name, {"orders": pl.concat([rows, ended], how="diagonal")}), days=7 * weeks)
        for name, rows in (("all", facts), ("then", known))
    ]
    assert told_of[0] == told_of[1]


@settings(max_examples=20)
@given(order_tables(min_size=1))
def test_many_dates_say_what_each_says_alone(tmp_path_factory, facts):
    ended = orders(("z", CLOSED, 0)).with_columns(order_id=pl.lit("last"))
    lake = lake_of(tmp_path_factory.mktemp("many") / "lake", {"orders": pl.concat([facts, ended], how="diagonal")})
    dates = [at(24 * day) for day in (10, 17, 24, 31)]
    for bucket in lake.buckets:
        alone = [compute_early_outcomes(lake, LABEL, [date], 14, bucket) for date in dates]
        assert compute_early_outcomes(lake, LABEL, dates, 14, bucket).equals(
            pl.concat(alone).sort("customer_id", "as_of")
        )


@settings(max_examples=20)
@given(order_tables(min_size=1))
def test_who_was_seen_had_the_early_outcome(tmp_path_factory, facts):
    ended = orders(("z", CLOSED, 0)).with_columns(order_id=pl.lit("last"))
    lake = lake_of(
        tmp_path_factory.mktemp("early") / "lake", {"orders": pl.concat([facts, ended], how="diagonal")}
    )
    seen = {who for who, shown in find_seen(lake).items() if shown}
    final = compute_outcomes(lake, LABEL, [at(24 * DATE)])
    assert not seen & set(final.filter(pl.col("observed"))["customer_id"])


def test_of_contracts_it_is_the_end_that_is_seen(tmp_path):
    label = Contractual(horizon_days=28, grace_days=5, history_days=0)
    events = [(who, "start", 2) for who in "abc"] + [("a", "end", 22), ("b", "end", 22), ("b", "start", 24)]
    rows = pl.DataFrame(
        {
            "subscription_id": [
                f"{who}{day}" if (event, day) == ("start", 24) else who for who, event, day in events
            ],
            "customer_id": [who for who, _, _ in events],
            "occurred_at": [at(24 * day) for _, _, day in events],
            "event": [event for _, event, _ in events],
            "known_at": [at(24 * day) for _, _, day in events],
        },
        schema_overrides={"occurred_at": INSTANT, "known_at": INSTANT},
    )
    lake = lake_of(tmp_path / "lake", {"subscriptions": rows})
    # grace is over of ends in the first days alone, and an end that was taken back is none
    assert find_seen(lake, label, days=12) == {"a": True, "b": False, "c": False}


def test_who_was_contacted_by_then_is_left_out(tmp_path):
    given_to = pl.DataFrame(
        {
            "intervention_id": ["1", "2"],
            "customer_id": ["a", "b"],
            "campaign_id": ["x", "x"],
            "arm": ["treated", "treated"],
            "assigned_at": [at(24 * 22), at(24 * 28)],
            "known_at": [at(24 * 22), at(24 * 28)],
        },
        schema_overrides={"assigned_at": INSTANT, "known_at": INSTANT},
    )
    rows = orders(*[(who, 18, 0) for who in "abc"], ("c", CLOSED, 0))
    assert set(find_seen(lake_of(tmp_path / "lake", {"orders": rows, "interventions": given_to}))) == {"b", "c"}


@pytest.mark.parametrize(
    ("label", "days"),
    [(Inactivity(horizon_days=7), []), (Inactivity(horizon_days=10, lead_days=3), [10]), (Answering(), [])],
)
def test_a_horizon_of_a_week_and_answers_are_not_looked_into(label, days):
    assert list_lookouts(label) == days
