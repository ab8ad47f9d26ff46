"""Peeking: the always-valid interval errs as seldom as promised, the fixed one many times as often.

LEALTAD_EXPERIMENTS names how many experiments are simulated; `make attack` takes 1,000.
"""

import os

import numpy as np
import pytest

from bench.experiments import RATE, count_alarms
from lealtad.experiments.planning.power import find_sample_size
from lealtad.experiments.reading import compute_confidence_sequence

EXPERIMENTS = int(os.environ.get("LEALTAD_EXPERIMENTS", "250"))


def test_sixty_looks_at_nothing():
    always, fixed = count_alarms(0.0, 24_000, EXPERIMENTS, seed=1)
    assert always <= 0.05
    assert 0.2 < fixed < 0.5  # about 30 %, six times what is promised


def test_power_is_as_planned():
    n = find_sample_size(0.012, RATE * (1 - RATE), any_look=True)
    always, _ = count_alarms(0.012, n, EXPERIMENTS, seed=2)
    assert always >= 0.8 - 0.03 - 2 * np.sqrt(0.8 * 0.2 / EXPERIMENTS)


def test_the_p_value_is_below_the_level_where_the_interval_leaves_out_zero():
    for z in np.linspace(0, 6, 61):
        low, _, p_value = compute_confidence_sequence(0.01 * z, 0.01, 700, 1_000)
        assert (low > 0) == (p_value < 0.05)


def test_an_error_of_zero_says_nothing():
    assert compute_confidence_sequence(0.5, 0.0, 10, 100) == (-np.inf, np.inf, 1.0)


@pytest.mark.parametrize("planned", [1_000, 100_000])
def test_any_planned_size_is_valid_but_the_true_one_is_narrowest(planned):
    widths = {
        n: np.diff(compute_confidence_sequence(0, 0.01, planned, n)[:2])[0]
        for n in (planned / 5, planned, planned * 5)
    }
    assert min(widths, key=widths.get) == planned
