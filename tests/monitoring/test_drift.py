"""Drift counts by what it changes of the list, not by how many customers there are."""

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from lealtad.monitoring import compute_feature_drift, compute_score_drift, take_smallest_drift
from lealtad.monitoring.drift import find_common_level

FEATURES = ["used", "also_used", "unused", "same_for_all"]


def customers(n: int, seed: int, shift: float = 0.0, unused: float = 0.0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "used": rng.normal(0, 1, n) + shift * (rng.random(n) < 0.3),
            "also_used": rng.poisson(1.0, n).astype(float),
            "unused": rng.normal(0, 1, n) + unused,
            "same_for_all": np.full(n, float(seed)),
        }
    )


def score(rows: pl.DataFrame) -> np.ndarray:
    return expit(-3 + rows["used"].to_numpy() + 0.7 * rows["also_used"].to_numpy())


def drift(then: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    return compute_feature_drift(then, now, FEATURES, score, value=np.ones(now.height), capacity=now.height // 20)


@pytest.mark.parametrize("n", [200, 2_000, 20_000])
def test_the_same_distribution_has_no_drift_whatever_the_number(n):
    found = drift(customers(n, 1), customers(n, 2))
    assert found["changed"].to_list() == [0.0] * 3
    assert found["gain_change"].to_list() == [0.0] * 3
    assert "same_for_all" not in found["feature"]


def test_drift_does_not_grow_with_the_number():
    changed = []
    for n in (2_000, 20_000, 80_000):
        row = drift(customers(n, 3), customers(n, 4, shift=1.0)).filter(feature="used").row(0, named=True)
        changed.append(row["changed"])
    assert min(changed) > 0.02
    assert max(changed) - min(changed) < 0.06


def test_a_feature_the_model_does_not_use_does_not_count_however_far_it_drifts():
    row = drift(customers(5_000, 5), customers(5_000, 6, unused=5.0)).filter(feature="unused").row(0, named=True)
    assert row["distance"] > 0.9
    assert (row["changed"], row["gain_change"]) == (0.0, 0.0)


def test_nulls_that_appear_are_a_drift():
    then = customers(4_000, 7)
    now = customers(4_000, 8).with_columns(
        pl.when(pl.int_range(pl.len()) % 3 > 0).then("used").alias("used"),
    )

    def nulls_are_safe(rows: pl.DataFrame) -> np.ndarray:
        return score(rows.with_columns(pl.col("used").fill_null(-3.0)))

    found = compute_feature_drift(then, now, ["used"], nulls_are_safe, value=np.ones(4_000), capacity=200)
    assert found["distance"][0] == pytest.approx(1 / 3, abs=0.03)
    assert found["gain_change"][0] < -0.05  # a third of the risks are not seen any more


def test_a_whole_shift_of_a_feature_changes_what_the_list_meets_but_not_who_is_on_it():
    then, now = customers(10_000, 9), customers(10_000, 10)
    shifted = now.with_columns(pl.col("used") + 1.0)
    row = compute_feature_drift(then, shifted, ["used"], score, value=np.ones(10_000), capacity=500).row(
        0, named=True
    )
    assert row["changed"] < 0.05
    assert row["gain_change"] > 0.2


def test_scores_that_move_show_at_the_cut():
    rng = np.random.default_rng(11)
    then, now = rng.beta(2, 20, 10_000), rng.beta(2, 20, 10_000)
    assert compute_score_drift(then, now, 0.05)["over_cut"][0] == 0.05
    assert compute_score_drift(then, np.minimum(now * 1.5, 1), 0.05)["over_cut"][0] > 0.1


@pytest.mark.parametrize("times", [1.2, 0.8])
def test_a_price_that_moves_for_all_alike_is_a_level_of_all(times):
    then, now = (np.random.default_rng(seed).lognormal(3, 0.5, 5_000) for seed in (12, 13))
    assert find_common_level(then, now * times) == pytest.approx(times, rel=0.03)
    assert find_common_level(then, now) is None
    frames = [pl.DataFrame({"used": prices}) for prices in (then, now * times)]
    found = compute_feature_drift(
        *frames, ["used"], lambda rows: rows["used"].to_numpy(), value=np.ones(5_000), capacity=100
    )
    assert found["level"][0] == pytest.approx(times, rel=0.03)


def test_another_mix_of_customers_or_a_shift_by_an_amount_is_none():
    rng = np.random.default_rng(14)
    plans = rng.choice([10.0, 15.0, 20.0, 40.0], 5_000, p=[0.4, 0.3, 0.2, 0.1])
    dearer = rng.choice([10.0, 15.0, 20.0, 40.0], 5_000, p=[0.2, 0.2, 0.4, 0.2])
    assert find_common_level(plans, dearer) is None
    assert find_common_level(plans, plans + 5) is None
    assert find_common_level(plans, np.where(rng.random(5_000) < 0.5, plans * 1.2, plans)) is None
    assert find_common_level(rng.poisson(2, 5_000) * 1.0, rng.poisson(2.4, 5_000) * 1.0) is None


def test_a_season_is_no_drift_where_the_same_season_a_year_ago_is_known():
    then, a_year_ago, now = customers(5_000, 15), customers(5_000, 16, shift=2.0), customers(5_000, 17, shift=2.0)
    alone, both = drift(then, now), take_smallest_drift([drift(then, now), drift(a_year_ago, now)])
    assert alone.filter(feature="used")["changed"][0] > 0.1
    assert both["changed"].to_list() == [0.0] * 3


def test_a_drift_against_every_reference_stays():
    then, a_year_ago, now = customers(5_000, 15), customers(5_000, 16), customers(5_000, 17, shift=2.0)
    assert (
        take_smallest_drift([drift(then, now), drift(a_year_ago, now)]).filter(feature="used")["changed"][0] > 0.1
    )
