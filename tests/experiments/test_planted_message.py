"""The simulated company's planted message is read from its tables alone, and its truth is found again.

LEALTAD_WORLDS names how many companies; `make attack` takes 100.
"""

import os

import pytest

from bench.planted_message import DELAYED, FADING, follow
from lealtad.experiments.decay import estimate_decay, judge_survival

WORLDS = int(os.environ.get("LEALTAD_WORLDS", "1"))
CUSTOMERS = 30_000 if WORLDS > 1 else 12_000

pytestmark = pytest.mark.slow


def test_the_half_life_of_a_fading_message_is_covered():
    decays = [estimate_decay(follow(FADING, seed, CUSTOMERS)) for seed in range(WORLDS)]
    covered = sum(decay.low <= FADING.half_life_weeks <= decay.high for decay in decays)
    assert covered >= 0.9 * WORLDS
    assert all(decay.first < 0 for decay in decays)


def test_a_message_that_only_delays_is_not_called_saved():
    kinds = [judge_survival(follow(DELAYED, seed, CUSTOMERS)).kind for seed in range(WORLDS)]
    assert "saved" not in kinds or kinds.count("saved") <= 0.05 * WORLDS
    assert kinds.count("delayed") >= 0.9 * WORLDS
