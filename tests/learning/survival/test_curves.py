import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.learning.survival import Curves, Durations, constant_hazard, kaplan_meier
from lealtad.learning.survival.durations import list_periods

hazards = st.lists(st.lists(st.floats(0, 1), min_size=5, max_size=5), min_size=1, max_size=8).map(np.array)


def test_a_constant_hazard_is_an_exponential():
    # h = 1 - exp(-0.01 · 10): S(t) = exp(-0.01 t), median ln 2 / 0.01, mean up to 200 days (1 - exp(-2)) / 0.01
    curves = Curves.of_hazards(np.full((1, 20), 1 - np.exp(-0.1)), step_days=10)
    days = np.array([0.0, 3.0, 10.0, 55.5, 200.0])
    np.testing.assert_allclose(curves.at(days)[0], np.exp(-0.01 * days))
    assert curves.median_days()[0] == pytest.approx(69.3147, abs=1e-3)
    assert curves.restricted_mean_days()[0] == pytest.approx(86.4665, abs=1e-3)


@given(hazards)
def test_everybody_is_alive_now_and_curves_never_rise(hazard):
    curves = Curves.of_hazards(hazard, step_days=7)
    assert (curves.at(0) == 1).all()
    along = curves.at(np.linspace(0, curves.limit_days, 50))
    assert (np.diff(along, axis=1) <= 1e-12).all()
    assert ((along >= 0) & (along <= 1)).all()


@given(hazards)
def test_half_are_left_at_the_median_and_means_stay_within_the_limit(hazard):
    curves = Curves.of_hazards(hazard, step_days=7)
    median, mean = curves.median_days(), curves.restricted_mean_days()
    reached = ~np.isnan(median)
    assert (reached == (curves.surviving[:, -1] <= 0.5)).all()
    at_median = np.array([curves.at(day)[row, 0] for row, day in enumerate(np.where(reached, median, 0))])
    np.testing.assert_allclose(at_median[reached], 0.5, rtol=1e-9)
    assert ((mean >= 0) & (mean <= curves.limit_days + 1e-9)).all()


def test_beyond_the_limit_nothing_is_said():
    curves = Curves.of_hazards(np.full((2, 3), 0.1), step_days=10)
    assert np.isnan(curves.at(30.1)).all()
    table = curves.table()
    assert table["median_days"].null_count() == 2
    assert table["limit_days"].to_list() == [30, 30]


def test_steps_at_risk_end_with_leaving_or_with_the_last_step():
    seen = Durations(np.array([0.0, 25.0, 20.0, 99.0]), np.array([False, True, False, True]))
    found = list_periods(seen, step_days=10, steps=3)
    assert list(zip(found.row, found.step, found.churned, found.weight, strict=True)) == [
        *[(1, 0, False, 1), (1, 1, False, 1), (1, 2, True, 1)],
        *[(2, 0, False, 1), (2, 1, False, 1)],
        *[(3, 0, False, 1), (3, 1, False, 1), (3, 2, False, 1)],
    ]


@pytest.mark.parametrize("baseline", [kaplan_meier, constant_hazard])
def test_censoring_at_random_does_not_bias(baseline):
    # stays are exponential with 100 days; most are censored, at any time, within steps as well as between them
    rng = np.random.default_rng(4)
    stays, censored = rng.exponential(100, 200_000), rng.uniform(0, 130, 200_000)
    seen = Durations(np.minimum(stays, censored), stays <= censored)
    curve = baseline(seen, 20, 6, 1)
    np.testing.assert_allclose(curve.surviving[0], np.exp(-np.arange(7) * 0.2), atol=0.01)


def test_thinning_keeps_every_leaver_and_the_weight_of_the_others():
    rng = np.random.default_rng(5)
    found = list_periods(Durations(rng.uniform(0, 100, 5000), rng.random(5000) < 0.2), 10, 10)
    thinned = found.thin(4000, np.random.default_rng(6))
    assert len(thinned) == 4000
    assert thinned.churned.sum() == found.churned.sum()
    assert thinned.weight.sum() == pytest.approx(found.weight.sum(), rel=0.02)
    assert found.thin(10**6, np.random.default_rng(6)) is found
