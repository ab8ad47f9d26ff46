from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.kpis.censoring import estimate_survival_curve

# weeks in remission under 6-mercaptopurine (Freireich and others 1963), the textbooks' example
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


@pytest.fixture
def remission():
    durations = np.array([*ENDED, *CENSORED], dtype=float)
    return estimate_survival_curve(durations, np.arange(durations.size) < len(ENDED))


def test_textbook_curve(remission):
    # by hand: 18/21; * 16/17; * 14/15; * 11/12; * 10/11; * 6/7; * 5/6
    assert remission.surviving.round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]


def test_textbook_median_and_restricted_mean(remission):
    # published: median 23, log-log interval from 13 without an upper end; mean up to week 35 23.29, SE 2.83
    assert remission.quantile(0.5) == (23, 13, None)
    mean, low, _ = remission.estimate_restricted_mean()
    assert (mean, (mean - low) / 1.959964) == (
        pytest.approx(23.29, abs=0.005),
        pytest.approx(2.83, abs=0.005),
    )


def test_where_the_curve_stands_at_a_half_the_middle_is_taken():
    curve = estimate_survival_curve(np.array([1.0, 2.0, 3.0, 4.0]), np.ones(4, dtype=bool))
    assert curve.quantile(0.5)[0] == 2.5


def test_one_time_or_none_that_ended():
    assert estimate_survival_curve(np.array([5.0]), np.array([True])).quantile(0.5) == (5, None, None)
    waiting = estimate_survival_curve(np.array([5.0, 7.0]), np.array([False, False]))
    assert waiting.quantile(0.5) == (None, None, None)
    assert waiting.estimate_restricted_mean() == (7, None, None)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50))
def test_without_censoring_the_estimates_are_the_ordinary_ones(durations):
    times = np.array(durations)
    curve = estimate_survival_curve(times, np.ones(times.size, dtype=bool))
    assert curve.quantile(0.5)[0] == pytest.approx(np.median(times))
    assert curve.quantile(0.9)[0] == pytest.approx(np.quantile(times, 0.9, method="averaged_inverted_cdf"))
    assert curve.estimate_restricted_mean()[0] == pytest.approx(times.mean(), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), min_size=2, max_size=40))
def test_waiting_longer_never_shortens_the_median(waits):
    durations, ended = np.array([wait for wait, _ in waits]), np.array([end for _, end in waits])
    longer = durations + np.where(ended, 0, 50)
    before, after = (estimate_survival_curve(times, ended).quantile(0.5)[0] for times in (durations, longer))
    assert after is None or (before is not None and after >= before)
