"""Saved or delayed, and how fast an effect wears off: simulated worlds with a known truth.

LEALTAD_WORLDS names how many; `make attack` takes 100.
"""

import os

import numpy as np
import polars as pl
import pytest

from bench.experiments import HALF_LIFE, WEEKS, compute_true_days_gained, draw_survival
from lealtad.base.errors import TooLittleDataError
from lealtad.experiments.decay import (
    compare_contacts,
    compute_survival_difference,
    count_weeks,
    estimate_decay,
    judge_survival,
)

WORLDS = int(os.environ.get("LEALTAD_WORLDS", "12"))


def share(flags):
    """What must be reached of so many worlds: 90 of 100, less what chance takes from few."""
    return np.mean(list(flags)), 0.9 - 1.5 * np.sqrt(0.09 / WORLDS) * (WORLDS < 100)


@pytest.mark.slow
def test_half_life_and_days_gained_are_covered():
    truth, covered, gained = compute_true_days_gained(), [], []
    for seed in range(WORLDS):
        weekly = count_weeks(draw_survival(seed), WEEKS)
        decay, verdict = estimate_decay(weekly), judge_survival(weekly)
        covered.append(decay.low <= HALF_LIFE <= decay.high)
        gained.append(verdict.days_low <= truth <= verdict.days_high)
        assert decay.p_value < 0.05
        assert verdict.kind == "saved"
    for flags in (covered, gained):
        reached, goal = share(flags)
        assert reached >= goal


def test_delayed_only_is_recognised():
    kinds = [
        judge_survival(count_weeks(draw_survival(seed, kind="delayed"), WEEKS)).kind for seed in range(WORLDS)
    ]
    reached, goal = share(kind == "delayed" for kind in kinds)
    assert reached >= goal


def test_nothing_is_neither_saved_nor_delayed():
    kinds = [judge_survival(count_weeks(draw_survival(seed, first=0.0), WEEKS)).kind for seed in range(WORLDS)]
    assert np.mean([kind == "no_effect" for kind in kinds]) >= 0.75  # two intervals of 95 %, and a peak
    assert "delayed" not in kinds


def test_an_effect_that_stays_shows_no_decay():
    """p is uniform or 1 where nothing wears off."""
    values = [
        estimate_decay(count_weeks(draw_survival(seed, half_life=1e9), WEEKS)).p_value for seed in range(WORLDS)
    ]
    assert np.mean([value < 0.05 for value in values]) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / WORLDS)


def test_survival_by_hand():
    """Control 100, 20 leave, then 10 of 80: .8, .7; treated 10, then 9 of 90: .9, .81.

    Days gained: 7 · (½·0 + .1 + ½·.11) = 1.085.
    """
    weekly = pl.DataFrame(
        {
            "treated": [False, True] * 2,
            "week": [0, 0, 1, 1],
            "at_risk": [100, 100, 80, 90],
            "left": [20, 10, 10, 9],
        }
    )
    made = compute_survival_difference(weekly)
    assert made["difference"].to_list() == pytest.approx([0, 0.1, 0.11])
    assert made["days_gained"].to_list() == pytest.approx([0, 0.35, 1.085])
    error = np.sqrt(0.7**2 * (20 / (100 * 80) + 10 / (80 * 70)) + 0.81**2 * (10 / (100 * 90) + 9 / (90 * 81)))
    assert made["high"][2] - made["difference"][2] == pytest.approx(1.959964 * error, rel=1e-6)


def test_a_week_that_is_not_over_counts_for_nobody():
    rows = pl.DataFrame(
        {"treated": [True, False], "churned_after_days": [9.0, None], "followed_days": [13.0, 30.0]}
    )
    weekly = count_weeks(rows, 5)
    assert weekly.filter("treated").select("at_risk", "left").rows()[:2] == [(1, 0), (0, 0)]


def test_one_arm_alone_is_too_little():
    rows = draw_survival(1, 500).with_columns(treated=pl.lit(value=True))
    with pytest.raises(TooLittleDataError, match="both arms"):
        judge_survival(count_weeks(rows, WEEKS))


def test_novelty_that_wears_off_from_contact_to_contact_is_found():
    parts = [
        draw_survival(k, 40_000, first=first).with_columns(contact=pl.lit(k))
        for k, first in ((1, -0.9), (2, -0.5), (3, -0.1))
    ]
    made = compare_contacts(pl.concat(parts), 6)
    assert made["effect"].is_sorted()
    assert made["trend"][0] < 0.01
    same = [draw_survival(k, 40_000).with_columns(contact=pl.lit(k - 10)) for k in (11, 12, 13)]
    assert compare_contacts(pl.concat(same), 6)["trend"][0] > 0.01
