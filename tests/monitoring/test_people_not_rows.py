"""A customer on thirty lists is one customer: in what was saved, and in how sure that is."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.monitoring import settle_lists
from lealtad.monitoring.repeat_listings import count_once

pytestmark = pytest.mark.slow

DAY = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = {
    "low": None,
    "high": None,
    "probability": 0.3,
    "value_at_stake": 100.0,
    "saved": 0.2,
    "saved_low": 0.2,
    "saved_high": 0.2,
    "expected_gain": 1.0,
}


def lists(*stands: tuple[str, str, range]) -> pl.DataFrame:
    """Rows of customer, arm and the days on whose lists they stand."""
    rows = [
        {**NUMBERS, "customer_id": who, "arm": arm, "as_of": DAY + timedelta(days=day), "list_id": f"l{day}"}
        for who, arm, days in stands
        for day in days
    ]
    frame = pl.DataFrame(rows, schema_overrides={"as_of": pl.Datetime("us", "UTC"), "low": pl.Float64})
    return frame.with_columns(campaign_id=pl.lit("c"), high=pl.lit(None, pl.Float64))


def mark_leavers(listed: pl.DataFrame, leavers: set[str]) -> pl.DataFrame:
    return listed.select("customer_id", "as_of", observed=pl.col("customer_id").is_in(list(leavers)))


def settle_saves(listed, leavers, measure="saves", **more):
    found = settle_lists(listed, mark_leavers(listed, leavers), **more).filter(group=0, measure=measure)
    return found.sort("as_of").row(-1, named=True)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("measure", ["saves", "profit"])
@pytest.mark.parametrize("leaving", [0, 3, 10])
def test_ten_held_out_on_more_nights_make_nothing_surer(together, measure, leaving):
    def settle(nights):
        held = [(f"h{k}", "holdout", range(nights)) for k in range(10)]
        treated = [(f"t{k}", "treated", range(nights - 1, nights)) for k in range(40)]
        leavers = {f"h{k}" for k in range(leaving)} | {f"t{k}" for k in range(8)}
        return settle_saves(lists(*held, *treated), leavers, measure, together=together)

    one = settle(1)
    for other in (settle(10), settle(30)):
        assert other["delivered"] == pytest.approx(one["delivered"])
        assert other["high"] - other["low"] == pytest.approx(one["high"] - one["low"])
        assert other["held_out"] == one["held_out"] == 10


def test_thirteen_people_on_53_rows_of_lists_are_thirteen_people():
    """Nobody is contacted: 13 of the treated leave, who stand on four or five lists each; of 20 held out none.

    Counted by rows that would be −53, with an interval far below 0.
    """
    treated = [(f"t{k}", "treated", range(5 if k == 0 else 4)) for k in range(13)]
    held = [(f"h{k}", "holdout", range(4)) for k in range(20)]
    listed = lists(*treated, *held)
    assert listed.filter(pl.col("arm") == "treated").height == 53
    row = settle_saves(listed, {f"t{k}" for k in range(13)}, together=True)
    assert (row["delivered"], row["n"]) == (-13.0, 33)
    some = settle_saves(listed, {*(f"t{k}" for k in range(4)), *(f"h{k}" for k in range(6))}, together=True)
    assert some["low"] < 0 < some["high"]


def test_nobody_of_a_small_holdout_leaving_is_no_proof():
    """3 of 40 treated leave, of 10 held out none: at 3 in 40 that happens in 46 of 100 campaigns."""
    listed = lists(
        *((f"h{k}", "holdout", range(1)) for k in range(10)), *((f"t{k}", "treated", range(1)) for k in range(40))
    )
    row = settle_saves(listed, {"t0", "t1", "t2"})
    assert row["low"] < 0 < row["high"]


def test_a_contaminated_holdout_stays_and_is_stated():
    listed = lists(
        *((f"h{k}", "holdout", range(1)) for k in range(10)), *((f"t{k}", "treated", range(1)) for k in range(40))
    )
    happened = mark_leavers(listed, {"h0", "h1", "t0"})
    met = happened.with_columns(treated=pl.col("customer_id").is_in(["h0", "h5", *(f"t{k}" for k in range(40))]))
    plain, flagged = (settle_lists(listed, one).filter(group=0, measure="saves") for one in (happened, met))
    assert plain["contaminated"].to_list() == [None]
    assert flagged["contaminated"].to_list() == [0.2]
    assert flagged.drop("contaminated").equals(plain.drop("contaminated"))


@given(
    st.dictionaries(st.sampled_from("abc"), st.sets(st.integers(0, 60), min_size=1), min_size=1),
    st.integers(0, 20),
)
def test_who_stands_on_lists_counts_at_first_and_once_per_rest(stands, rest):
    listed = lists(*((who, "treated", sorted(days)) for who, days in stands.items()))
    shuffled = listed.sample(fraction=1, shuffle=True, seed=rest)
    counted = count_once(listed, rest)
    assert count_once(shuffled, rest).sort(listed.columns).equals(counted.sort(listed.columns))
    for who, days in stands.items():
        nights = [(moment - DAY).days for moment in counted.filter(customer_id=who)["as_of"].sort()]
        assert nights[0] == min(days)
        assert all(later - earlier > rest for earlier, later in pairwise(nights))
        left_out = days - set(nights)
        assert all(any(0 < day - night <= rest for night in nights) for day in left_out)
