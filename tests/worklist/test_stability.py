"""Yesterday's customers keep their place against noise, and capacity stays exact."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.worklist.allocation import allocate
from lealtad.worklist.stability import compare_ranks, compute_jaccard, favour_last_list
from tests.worklist.playbooks import playbook


def options(gains):
    return pl.DataFrame(
        {"customer_id": [f"c{i}" for i in range(len(gains))], "action": ["call"] * len(gains), "gain": gains},
        schema_overrides={"gain": pl.Float64},
    )


@pytest.mark.parametrize(("gain", "stays"), [(90.5, True), (89.5, False), (101.0, True)])
def test_a_newcomer_must_gain_more_by_the_hysteresis(gain, stays):
    """A newcomer of 100 at one place and a hysteresis of a tenth: the other stays from 90 on."""
    found = allocate(
        favour_last_list(options([gain, 100.0]), pl.Series(["c0"]), 0.1), playbook(owners={"team": 1})
    )
    assert found.chosen["customer_id"].to_list() == ["c0" if stays else "c1"]
    assert found.total == (gain if stays else 100.0)


gains = st.lists(st.integers(-40, 400).map(lambda n: n / 4), min_size=1, max_size=12)


@given(gains, st.sets(st.integers(0, 11)), st.integers(0, 12), st.sampled_from([0.0, 0.1, 0.5]))
def test_nobody_left_out_gains_as_much_as_the_listed_by_more_than_the_hysteresis(values, before, places, share):
    weighed = favour_last_list(options(values), pl.Series([f"c{i}" for i in before], dtype=pl.String), share)
    found = allocate(weighed, playbook(owners={"team": places}))
    listed = found.chosen["customer_id"]
    assert listed.len() == min(places, sum(value > 0 for value in values))
    assert found.chosen.join(options(values), on=["customer_id", "action", "gain"], how="anti").is_empty()
    if listed.len() == places > 0:
        out = weighed.filter(~pl.col("customer_id").is_in(listed.implode()))
        least = weighed.filter(pl.col("customer_id").is_in(listed.implode()))["weight"].min()
        assert (out["weight"] <= least).all()


def test_without_hysteresis_the_last_list_counts_for_nothing():
    weighed = favour_last_list(options([1.0, -1.0, 3.0]), pl.Series(["c0", "c1"]), 0.0)
    assert weighed["weight"].equals(weighed["gain"].alias("weight"))


def test_every_change_has_its_word():
    now = pl.DataFrame({"customer_id": ["a", "b", "c", "d"], "rank": [1, 2, 3, 4]})
    before = pl.DataFrame({"customer_id": ["e", "b", "a", "c"], "rank": [1, 2, 3, 4]})
    assert compare_ranks(now, before).rows() == [
        ("a", 1, 3, "up"),
        ("b", 2, 2, "stays"),
        ("c", 3, 4, "up"),
        ("d", 4, None, "new"),
    ]
    assert compare_ranks(now, before.clear())["change"].to_list() == ["new"] * 4
    assert compare_ranks(now.clear(), before).is_empty()


ids = st.lists(st.sampled_from("abcdef"), unique=True)


@given(ids, ids)
def test_changes_and_jaccard_agree(now, before):
    frames = [
        pl.DataFrame(
            {"customer_id": one, "rank": range(1, len(one) + 1)},
            schema={"customer_id": pl.String, "rank": pl.Int64},
        )
        for one in (now, before)
    ]
    compared = compare_ranks(*frames)
    stays = compared.filter(pl.col("change") != "new").height
    either = len({*now, *before})
    assert compute_jaccard(frames[0]["customer_id"], frames[1]["customer_id"]) == (
        stays / either if either else None
    )
    assert compared["customer_id"].to_list() == now
