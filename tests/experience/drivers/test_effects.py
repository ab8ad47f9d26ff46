"""Effects against a known truth, with confounding and repeated customers."""

from __future__ import annotations

import numpy as np
import pytest

from lealtad.experience.drivers.columns import build_columns, centre_by_date
from lealtad.experience.drivers.effects import FOLDS, _assign_folds, build_repair, estimate_effects
from lealtad.experience.drivers.response_weights import compute_response_weights
from lealtad.experience.drivers.slopes import describe_slopes


def confounded(seed: int) -> tuple[np.ndarray, ...]:
    """Two drivers of which the past moves both, and an outcome that both and the past move; three dates each."""
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(400), 3)
    past = rng.normal(size=400)[who][:, None]
    drivers = np.column_stack([past[:, 0] + rng.normal(size=1200), past[:, 0] ** 2 + rng.normal(size=1200)])
    habit = rng.normal(size=400)[who]
    outcome = drivers @ [1.0, 0.0] + 2 * past[:, 0] - past[:, 0] ** 2 + habit + rng.normal(size=1200)
    return drivers, past, np.tile(np.arange(3), 400), outcome, who


def test_intervals_cover_the_truth_although_the_past_confounds():
    covered = []
    for seed in range(60):
        effects = estimate_effects(*confounded(seed))
        for column, truth in enumerate((1.0, 0.0)):
            direction = np.eye(2)[column]
            _, low, high = effects.combine(direction)
            covered.append(low <= truth <= high)
    assert np.mean(covered) >= 0.90


def test_no_customer_is_on_both_sides():
    who = np.random.default_rng(0).integers(0, 50, 1000)
    fold = _assign_folds(who)
    assert all(np.unique(fold[who == customer]).size == 1 for customer in range(50))
    assert set(fold) == set(range(FOLDS))


def test_a_driver_without_variance_has_no_effect():
    drivers, past, date, outcome, who = confounded(1)
    effects = estimate_effects(np.column_stack([drivers, np.ones(1200)]), past, date, outcome, who)
    assert effects.slopes[2] == 0
    assert effects.combine(np.array([0, 0, 1.0])) == (0, 0, 0)


def test_fixing_a_driver_moves_its_bad_moments_to_good_ones():
    touched = np.array([[True]] * 6 + [[False]] * 4)
    bad = np.array([[0], [0], [0], [1], [2], [3], [0], [0], [0], [0]], np.float32)
    columns = build_columns(touched, bad)
    assert columns.role == ("well", "badly", "amount")
    assert build_repair(columns, 0, columns.values.mean(axis=0)).round(9).tolist() == [0.3, -0.3, -0.6]


def test_a_kind_of_ticket_is_a_problem_by_itself():
    columns = build_columns(np.array([[True], [False]] * 5), np.zeros((10, 1), np.float32), ["touch"])
    assert columns.role == ("badly",)
    assert build_repair(columns, 0, columns.values.mean(axis=0)).tolist() == [-0.5]


def test_penalty_and_reward_make_the_pattern():
    rng = np.random.default_rng(2)
    touched = rng.random((3000, 1)) < 0.6
    bad = ((rng.random((3000, 1)) < 0.5) & touched).astype(np.float32)
    columns = build_columns(touched, bad)
    nothing, date, who = np.zeros((3000, 1)), np.zeros(3000, int), np.arange(3000)
    outcome = -2.0 * bad[:, 0] + rng.normal(size=3000)
    effects = estimate_effects(columns.values, nothing, date, outcome, who)
    slopes = describe_slopes(columns, effects, columns.values.mean(axis=0), 0, better=1)
    assert slopes["pattern"] == "must_be"
    assert slopes["penalty_low"] <= -2 <= slopes["penalty_high"]
    # where less of the outcome is better, the same slopes are a delight
    assert describe_slopes(columns, effects, columns.values.mean(axis=0), 0, better=-1)["pattern"] != "must_be"


def test_seasons_explain_nothing():
    date = np.array([0, 0, 1, 1])
    assert centre_by_date(np.array([[1.0], [3.0], [10.0], [12.0]]), date).ravel().tolist() == [-1, 1, -1, 1]


def test_customers_who_seldom_answer_weigh_more():
    rng = np.random.default_rng(3)
    known = rng.normal(size=(4000, 1))
    answered = rng.random(4000) < 1 / (1 + np.exp(-known[:, 0]))
    weights = compute_response_weights(known, np.ones(4000, bool), answered)
    assert weights[answered].mean() == pytest.approx(1)
    assert weights[~answered].max() == 0
    # the weighted answers stand for everybody: the mean of what is known is 0 again
    assert np.average(known[:, 0], weights=weights) == pytest.approx(0, abs=0.1)
    assert known[answered, 0].mean() > 0.3
