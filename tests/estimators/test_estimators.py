"""The estimators keep scikit-learn's rules, and calibrate on later rows than they learn from."""

import lightgbm
import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from lealtad.estimators import ForwardCalibratedClassifier, OneColumnClassifier, Platt, baselines
from lealtad.evaluation import compute_ece

SMALL = lightgbm.LGBMClassifier(n_estimators=8, min_child_samples=1, num_leaves=4, verbose=-1, n_jobs=1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
@parametrize_with_checks([OneColumnClassifier(), ForwardCalibratedClassifier(SMALL)])
def test_scikit_learn_rules(estimator, check):
    check(estimator)


def world(dates=24, each=300, seed=1):
    """A world whose truth is known: two features matter, one does not."""
    rng = np.random.default_rng(seed)
    n = dates * each
    X = rng.normal(size=(n, 3))
    as_of = np.repeat(np.datetime64("2026-01-05") + 7 * np.arange(dates), each)
    truth = 1 / (1 + np.exp(-(X[:, 0] - X[:, 1] - 1.5)))
    return X, rng.random(n) < truth, as_of, truth


def test_probabilities_recover_the_known_truth():
    X, y, as_of, _ = world()
    trees = lightgbm.LGBMClassifier(n_estimators=60, num_leaves=6, verbose=-1, n_jobs=2)
    model = ForwardCalibratedClassifier(trees, outcome_days=28).fit(X, y, as_of=as_of)
    later, outcome, _, truth = world(seed=2)
    probability = model.predict_proba(later)[:, 1]
    assert np.abs(probability - truth).mean() < 0.04
    assert compute_ece(outcome, probability) < 0.03


def test_calibration_mends_trees_whose_level_is_wrong():
    X, y, as_of, _ = world()
    weighted = lightgbm.LGBMClassifier(n_estimators=60, num_leaves=6, scale_pos_weight=8, verbose=-1, n_jobs=2)
    model = ForwardCalibratedClassifier(weighted, outcome_days=28).fit(X, y, as_of=as_of)
    later, outcome, _, _ = world(seed=2)
    raw = model.booster_.predict_proba(later)[:, 1]
    assert compute_ece(outcome, raw) > 0.2
    assert compute_ece(outcome, model.predict_proba(later)[:, 1]) < 0.03


def test_outcomes_of_the_last_dates_do_not_reach_the_calibration_of_earlier_folds():
    X, y, as_of, _ = world(dates=12)
    last = as_of == as_of.max()
    flipped = np.where(last, ~y, y)
    fits = [
        ForwardCalibratedClassifier(SMALL, folds=4, outcome_days=7).fit(X, outcome, as_of=as_of)
        for outcome in (y, flipped)
    ]
    assert fits[0].calibration_.to_text() != fits[1].calibration_.to_text()  # the last fold judges on them
    calibrated_without = [
        ForwardCalibratedClassifier(SMALL, outcome_days=7).fit(X[~last], outcome[~last], as_of=as_of[~last])
        for outcome in (y, flipped)
    ]
    assert calibrated_without[0].calibration_.to_text() == calibrated_without[1].calibration_.to_text()


def test_platt_changes_nothing_where_scores_are_right_already():
    rng = np.random.default_rng(3)
    raw = rng.normal(size=200_000)
    line = Platt().fit(raw, rng.random(200_000) < 1 / (1 + np.exp(-raw)))
    assert line.slope_ == pytest.approx(1, abs=0.02)
    assert line.intercept_ == pytest.approx(0, abs=0.02)


def test_a_rule_of_thumb_takes_the_direction_the_data_say():
    recency = np.array([[1.0], [5.0], [30.0], [60.0], [np.nan]])
    left = np.array([0, 0, 1, 1, 1])
    rate = OneColumnClassifier().fit(recency, left).predict_proba(recency)[:, 1]
    assert (np.diff(rate) >= 0).all()
    assert rate[-1] == 1


def test_baselines_are_those_the_columns_allow():
    assert list(baselines(["orders_56d", "days_since_order"])) == ["base_rate", "recency", "frequency", "logistic"]
    assert list(baselines(["silence"])) == ["base_rate", "cadence", "logistic"]
    assert list(baselines(["amount_28d"])) == ["base_rate", "logistic"]
