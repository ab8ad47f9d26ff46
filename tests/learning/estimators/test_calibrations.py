"""Calibrations keep the order, recover what was done to the scores, and say the same after a turn through JSON."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit
from sklearn.base import clone

from lealtad.learning.estimators import (
    BetaCalibration,
    IsotonicCalibration,
    NoCalibration,
    PlattCalibration,
    TemperatureCalibration,
    choose_calibration,
)
from lealtad.learning.estimators.calibration_choice import KINDS, read_calibration
from lealtad.learning.season import Level
from lealtad.models.registry.served import calibrate

ALL = list(KINDS.values())


def scores(n=4000, seed=1):
    rng = np.random.default_rng(seed)
    raw = rng.normal(-1, 1.5, n)
    return raw, rng


@pytest.mark.parametrize("kind", ALL)
def test_the_order_is_kept_and_probabilities_are_probabilities(kind):
    raw, rng = scores()
    fitted = kind().fit(raw, rng.random(len(raw)) < expit(0.5 * raw + 1))
    far = np.linspace(-400, 400, 500)
    p = fitted.predict(far)
    assert (np.diff(p) >= 0).all()
    assert ((p >= 0) & (p <= 1)).all()


@pytest.mark.parametrize("kind", ALL)
@given(st.integers(0, 1000))
def test_json_and_the_served_model_say_the_same(kind, seed):
    raw, rng = scores(200, seed)
    fitted = kind().fit(raw, rng.random(200) < 0.4)
    stored = json.loads(json.dumps(fitted.to_text()))
    wide = np.linspace(-30, 30, 50)
    assert np.array_equal(read_calibration(stored).predict(wide), fitted.predict(wide))
    np.testing.assert_allclose(calibrate(wide, stored), fitted.predict(wide), atol=1e-12)


@pytest.mark.parametrize("kind", ALL)
def test_scikit_learn_can_clone_and_score_it(kind):
    raw, rng = scores(300)
    y = rng.random(300) < expit(raw)
    fresh = clone(kind().fit(raw, y))
    assert not hasattr(fresh, "n_features_in_")
    assert fresh.fit(raw.reshape(-1, 1), y).predict(raw.reshape(-1, 1)).shape == (300,)
    assert fresh.get_params() == {}


@pytest.mark.parametrize("kind", ALL)
def test_one_outcome_or_an_infinite_score_is_refused(kind):
    with pytest.raises(ValueError, match="outcomes of both kinds"):
        kind().fit([0.0, 1.0], [1, 1])
    with pytest.raises(ValueError, match="finite scores"):
        kind().fit([0.0, np.inf], [0, 1])


def test_each_recovers_the_distortion_that_is_its_own():
    raw, rng = scores(200_000)
    u = rng.random(len(raw))
    assert TemperatureCalibration().fit(raw, u < expit(raw / 2.5)).temperature_ == pytest.approx(2.5, rel=0.03)
    line = PlattCalibration().fit(raw, u < expit(0.6 * raw - 1))
    assert (line.slope_, line.intercept_) == (pytest.approx(0.6, abs=0.02), pytest.approx(-1, abs=0.02))
    p = expit(raw)
    bent = BetaCalibration().fit(raw, u < expit(1.5 * np.log(p) - 0.5 * np.log1p(-p) + 0.3))
    assert (bent.a_, bent.b_, bent.c_) == tuple(pytest.approx(value, abs=0.05) for value in (1.5, 0.5, 0.3))


def test_mean_prediction_is_the_rate_for_those_that_have_a_level():
    raw, rng = scores()
    y = rng.random(len(raw)) < expit(0.3 * raw - 0.5)
    for kind in (PlattCalibration, BetaCalibration, IsotonicCalibration):
        assert kind().fit(raw, y).predict(raw).mean() == pytest.approx(y.mean(), abs=1e-3)


def test_isotonic_by_hand_is_never_sure():
    # pools {0}, {1, 0}, {1} have rates 0, 1/2, 1; with four rows nothing is surer than 1/6
    fitted = IsotonicCalibration().fit([1.0, 2.0, 3.0, 4.0], [0, 1, 0, 1])
    assert fitted.predict([1.0, 2.0, 3.0, 4.0]) == pytest.approx([1 / 6, 0.5, 0.5, 5 / 6])


@pytest.mark.parametrize(
    ("truth", "kind"),
    [
        (expit, "none"),
        (lambda raw: expit(raw / 3), "temperature"),
        (lambda raw: expit(raw + 2), "platt"),
        (lambda raw: np.where(raw > 0, 0.9, 0.1), "isotonic"),
    ],
)
def test_the_kind_that_fits_is_chosen_and_the_simpler_one_where_more_gains_nothing(truth, kind):
    raw, rng = scores(30_000)
    y = rng.random(len(raw)) < truth(raw)
    rows = np.arange(len(raw))
    chosen, errors = choose_calibration(
        raw, y, [(rows[:10_000], rows[10_000:20_000]), (rows[:20_000], rows[20_000:])]
    )
    assert chosen.kind == kind
    assert set(errors) == set(KINDS)


def test_without_both_outcomes_nothing_is_changed():
    chosen, errors = choose_calibration([0.0, 1.0], [0, 0], [(np.array([0]), np.array([1]))])
    assert isinstance(chosen, NoCalibration)
    assert errors == {}


def season(shift, seed=1, n=20_000, days=45):
    """Customers of a date whose true level lies `shift` off; those who stay come back after some days of 90."""
    rng = np.random.default_rng(seed)
    p = expit(rng.normal(-0.5, 1, n))
    stays = rng.random(n) > expit(np.log(p / (1 - p)) + shift)
    back = np.where(stays, 90 * rng.beta(1, 2, n), np.inf)
    return p, back <= days, 1 - (1 - days / 90) ** 2  # the part of those who stay that is back by then


@pytest.mark.parametrize("shift", [-0.8, -0.3, 0.0, 0.6])
def test_the_level_of_a_season_is_found_before_its_outcomes_are_known(shift):
    p, shown, by_now = season(shift)
    level = Level.fit(p, shown, by_now, spread=1.0)
    assert level.shift == pytest.approx(shift, abs=0.08)
    later = np.random.default_rng(9).normal(-0.5, 1, 50_000)
    assert level.correct(expit(later)).mean() == pytest.approx(expit(later + shift).mean(), abs=0.02)


def test_few_outcomes_move_the_level_little_and_none_leave_it_where_it_was_expected():
    p, shown, by_now = season(1.0)
    few = Level.fit(p[:20], shown[:20], by_now, spread=0.1)
    assert abs(few.shift) < 0.1
    assert Level.fit([], [], [], spread=1.0, expected=-0.4).shift == -0.4
    assert Level.fit(p, shown, by_now, spread=0.0, expected=0.2).shift == 0.2


def test_a_level_keeps_the_order_and_zero_changes_nothing():
    p = np.linspace(0, 1, 11)
    assert np.array_equal(Level(0.0, 5).correct(p), p)
    assert (np.diff(Level(0.7, 5).correct(p)) > 0).all()
