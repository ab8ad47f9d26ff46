"""Assignment: exact shares, stable arms, layers that exclude, a holdout that stays out."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT
from lealtad.experiments.assignment.arms import assign_arms, draw_share
from lealtad.experiments.assignment.assigning import enrol
from lealtad.experiments.assignment.storage import SCHEMA
from lealtad.experiments.reading import compute_sample_ratio
from tests.experiments.plans import plan

KEY = b"lealtad"
NOW = datetime(2026, 1, 1, tzinfo=UTC)
NOBODY = pl.DataFrame(schema=SCHEMA)


def customers(n, **more):
    ids = [f"c{k}" for k in range(n)]
    rows = pl.DataFrame(
        {
            "customer_id": ids,
            "unit_id": ids,
            "assigned_at": [NOW] * n,
            "segment": ["x"] * n,
            "country": ["es"] * n,
            "language": ["es"] * n,
        }
    )
    return rows.with_columns(pl.col("assigned_at").cast(INSTANT)).with_columns(**more)


def store(rows):
    return rows.with_columns(known_at="assigned_at").select(*SCHEMA)


@given(st.integers(1, 400), st.lists(st.floats(0.05, 1), min_size=2, max_size=6), st.integers(1, 4))
def test_each_stratum_holds_its_share_to_less_than_a_unit(n, sizes, strata):
    units = pl.DataFrame({"unit_id": [f"c{k}" for k in range(n)], "s": [f"s{k % strata}" for k in range(n)]})
    shares = {f"arm{k}": size / sum(sizes) for k, size in enumerate(sizes)}
    arms = assign_arms(units, "x", shares, KEY, ["s"])
    counts = units.with_columns(arm=arms).group_by("s", "arm").len()
    for (stratum,), part in units.group_by("s"):
        for arm, share in shares.items():
            here = counts.filter(pl.col("s") == stratum, pl.col("arm") == arm)["len"].sum()
            assert abs(here - share * part.height) <= 1 + 1e-9


def test_the_order_of_customers_changes_no_arm_and_another_name_or_key_changes_half():
    units = pl.DataFrame({"unit_id": [f"c{k}" for k in range(4_000)]})
    shares = {"A": 0.5, "B": 0.5}
    arms = units.with_columns(arm=assign_arms(units, "x", shares, KEY))
    back = units.reverse().with_columns(arm=assign_arms(units.reverse(), "x", shares, KEY))
    assert back.reverse().equals(arms)
    for name, key in (("y", KEY), ("x", b"other")):
        assert (assign_arms(units, name, shares, key) == arms["arm"]).mean() == pytest.approx(0.5, abs=0.04)


def test_a_single_unit_gets_each_arm_as_often_as_planned():
    """Strata of one customer each: rounding must favour nobody (SD of the share of 3,000: .008)."""
    units = pl.DataFrame({"unit_id": [f"c{k}" for k in range(3_000)], "s": [f"s{k}" for k in range(3_000)]})
    arms = assign_arms(units, "x", {"A": 0.75, "B": 0.25}, KEY, ["s"])
    assert (arms == "A").mean() == pytest.approx(0.75, abs=0.03)


def test_arms_that_exist_stay_and_new_customers_get_theirs():
    first = enrol("x", plan(days=30), customers(1_000), NOBODY, as_of=NOW, key=KEY)
    later = NOW + timedelta(days=5)
    second = enrol("x", plan(days=30), customers(1_200), store(first.rows), as_of=later, key=KEY)
    assert second.already == 1_000
    assert sorted(second.rows["customer_id"]) == sorted(f"c{k}" for k in range(1_000, 1_200))
    assert dict(second.rows["arm"].value_counts().iter_rows()) == {"A": 100, "B": 100}


def test_a_layer_excludes_and_another_layer_is_independent():
    first = enrol("x", plan(), customers(2_000), NOBODY, as_of=NOW, key=KEY)
    same = pytest.raises(DataError, match="all of them in other experiments of layer 'main'")
    with same:
        enrol("y", plan(), customers(2_000), store(first.rows), as_of=NOW, key=KEY)
    other = enrol("y", plan(layer="web"), customers(2_000), store(first.rows), as_of=NOW, key=KEY)
    assert other.overlapping == 2_000
    both = first.rows.join(other.rows, on="customer_id")
    assert (both["arm"] == both["arm_right"]).mean() == pytest.approx(0.5, abs=0.05)
    ended = store(first.rows.with_columns(ends_at=pl.lit(NOW).cast(INSTANT)))
    assert enrol("y", plan(), customers(2_000), ended, as_of=NOW, key=KEY).busy == 0


def test_the_global_holdout_is_the_same_in_every_experiment_of_a_year():
    held = [
        set(
            enrol(
                name, plan(global_holdout=0.1, layer=name), customers(3_000), NOBODY, as_of=NOW, key=KEY
            ).rows.filter(pl.col("arm") == "global_holdout")["customer_id"]
        )
        for name in ("x", "y")
    ]
    assert held[0] == held[1]
    assert len(held[0]) == pytest.approx(300, abs=60)


def test_whole_accounts_share_an_arm():
    accounts = customers(900).with_columns(unit_id=pl.format("a{}", pl.int_range(900) // 3))
    rows = enrol("x", plan(unit="account"), accounts, NOBODY, as_of=NOW, key=KEY).rows
    assert rows.group_by("unit_id").agg(pl.col("arm").n_unique())["arm"].max() == 1


def test_a_larger_share_keeps_the_smaller_one():
    ids = pl.Series([f"c{k}" for k in range(500)])
    less, more = (draw_share(ids, "x", share, KEY) for share in (0.3, 0.6))
    assert not (less & ~more).any()


def test_a_customer_in_two_arms_stops_the_assignment():
    rows = store(enrol("x", plan(), customers(10), NOBODY, as_of=NOW, key=KEY).rows)
    merged = rows.with_columns(customer_id=pl.lit("c0"))
    with pytest.raises(DataError, match="every customer in one arm"):
        enrol("x", plan(), customers(10), merged, as_of=NOW, key=KEY)


def test_nobody_to_enrol_is_said():
    with pytest.raises(DataError, match="nobody who is active, consents"):
        enrol("x", plan(), customers(0), NOBODY, as_of=NOW, key=KEY)


def test_a_planted_split_of_51_to_49_is_found():
    """100,000 units: z = 6.3, so p < .001 in all but one of 1,000."""
    rng = np.random.default_rng(1)
    found = 0
    for _ in range(200):
        b = int(rng.binomial(100_000, 0.51))
        found += compute_sample_ratio({"A": 100_000 - b, "B": b}, {"A": 1, "B": 1}) < 0.001
    assert found >= 198
