"""Evidence that may be looked at every night: an unchanged company is fooled no more often than stated."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.monitoring.sequential import (
    compute_count_gains,
    compute_normal_gains,
    count_beginnings,
    weigh_evidence,
)

YEAR = count_beginnings(28)


def alarms(companies: int, ratio: float, error: float, seed: int = 1) -> float:
    """The share of companies that hear an alarm on any date of three years."""
    rng, heard = np.random.default_rng(seed), 0
    expected = np.full(3 * YEAR, 120.0)
    for _ in range(companies):
        happened = rng.poisson(ratio * expected).astype(float)
        gains = compute_count_gains(happened, expected, 1.25, (1.5, 2.0, 3.0))
        heard += any(weigh_evidence(gains[: k + 1], error, YEAR).is_sure for k in range(len(gains)))
    return heard / companies


@pytest.mark.slow
def test_at_the_limit_itself_the_error_holds_over_years():
    assert alarms(200, 1.25, error=0.05) <= 0.15  # three years of 5 % each


def test_without_a_change_there_is_none_and_a_doubling_is_heard():
    assert alarms(100, 1.0, error=0.05) == 0
    assert alarms(50, 2.0, error=0.005) == 1


def test_a_change_after_two_quiet_years_is_heard_within_two_dates():
    happened = np.array([120.0] * 26 + [240.0] * 2)
    gains = compute_count_gains(happened, np.full(28, 120.0), 1.25, (1.5, 2.0, 3.0))
    found = weigh_evidence(gains, 0.005, YEAR)
    assert found.is_sure
    assert found.since == 26


@given(st.lists(st.floats(0, 300), min_size=1, max_size=8), st.floats(0.3, 3))
def test_gains_fall_where_less_happens_and_are_none_at_the_limit(happened, limit):
    counts = np.array(happened)
    more = compute_count_gains(counts, np.full(len(counts), 100.0), limit, (limit, limit * 2))
    assert more[:, 0] == pytest.approx(0)
    assert (compute_count_gains(counts - 1, np.full(len(counts), 100.0), limit, (limit * 2,)) < more[:, 1:]).all()


def test_an_estimate_speaks_by_its_standard_error():
    sure, unsure = (
        compute_normal_gains(np.array([0.3]), np.array([error]), 0.75, (0.35,)) for error in (0.05, 0.5)
    )
    assert sure > 10 * unsure > 0
