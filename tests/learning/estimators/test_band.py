"""An interval holds the truth, shrinks with customers, and is written as numbers."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from lealtad.learning.estimators import (
    ConfidenceBand,
    IsotonicCalibration,
    NoCalibration,
    PlattCalibration,
    TemperatureCalibration,
)
from lealtad.learning.estimators.band import KNOTS, JudgedRows

pytestmark = pytest.mark.slow


def rows(n=3000, dates=10, seed=1):
    rng = np.random.default_rng(seed)
    raw = rng.normal(-1, 1.5, n)
    happened = (rng.random(n) < expit(0.7 * raw - 0.3)).astype(float)
    return JudgedRows(raw, happened, np.arange(n), np.arange(n) % dates, np.zeros(n), np.ones(n))


@pytest.mark.parametrize("kind", [PlattCalibration, IsotonicCalibration])
def test_the_truth_lies_within_and_the_probability_too(kind):
    given = rows()
    fitted = kind().fit(given.raw, given.happened)
    band = ConfidenceBand.learn(fitted, given, seed=1)
    assert len(band.log_odds) == KNOTS
    middle = fitted.predict(band.log_odds)
    assert ((band.low <= middle) & (middle <= band.high)).all()
    inside = (band.log_odds > -4) & (band.log_odds < 2)  # where rows are
    truth = expit(0.7 * band.log_odds - 0.3)[inside]
    assert np.mean((band.low[inside] <= truth) & (truth <= band.high[inside])) >= 0.8


@pytest.mark.parametrize("kind", [NoCalibration, TemperatureCalibration])
def test_a_map_that_learns_no_level_may_be_off_all_the_same(kind):
    given = rows()
    right = replace(given, raw=0.7 * given.raw - 0.3)
    fitted = kind().fit(right.raw, right.happened)
    band = ConfidenceBand.learn(fitted, right, seed=1)
    inside = (band.log_odds > -2.5) & (band.log_odds < 1)
    assert ((band.high - band.low)[inside] > 0.005).all()
    truth = expit(band.log_odds)[inside]
    assert np.mean((band.low[inside] <= truth) & (truth <= band.high[inside])) >= 0.8


def test_a_customer_seen_often_counts_once():
    given = rows(600)
    often = JudgedRows(
        *(np.tile(values, 6) for values in (given.raw, given.happened, given.customers)),
        *((np.repeat(np.arange(6), 600), np.zeros(3600), np.ones(3600))),
    )
    alone = JudgedRows(often.raw, often.happened, np.arange(3600), often.dates, often.level, often.weight)
    fitted = PlattCalibration().fit(often.raw, often.happened)
    widths = [
        float((band.high - band.low).mean())
        for band in (ConfidenceBand.learn(fitted, x, seed=1) for x in (often, alone))
    ]
    assert widths[0] > 1.5 * widths[1]


def test_the_same_seed_draws_the_same_and_json_keeps_it():
    given = rows()
    fitted = PlattCalibration().fit(given.raw, given.happened)
    band = ConfidenceBand.learn(fitted, given, seed=1, repeats=50)
    stored = json.loads(json.dumps(band.to_text()))
    assert stored == ConfidenceBand.learn(fitted, given, seed=1, repeats=50).to_text()
    again = ConfidenceBand.from_text(stored)
    at = np.linspace(-9, 9, 40)
    np.testing.assert_array_equal(again.ends(at), band.ends(at))


@pytest.mark.parametrize("kind", [PlattCalibration, IsotonicCalibration])
def test_a_calibration_counts_a_row_as_often_as_its_weight_says(kind):
    given = rows(400)
    times = np.random.default_rng(2).integers(0, 4, 400)
    weighed = kind().fit(given.raw, given.happened, times.astype(float))
    repeated = kind().fit(np.repeat(given.raw, times), np.repeat(given.happened, times))
    at = np.linspace(-3, 2, 30)
    np.testing.assert_allclose(weighed.predict(at), repeated.predict(at), atol=1e-5)
