"""The estimators keep scikit-learn's rules; baselines are those that the columns allow."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from lealtad.learning.estimators import OneColumnClassifier, PlattCalibration, make_baselines


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
@parametrize_with_checks([OneColumnClassifier()])
def test_scikit_learn_rules(estimator, check):
    check(estimator)


def test_platt_changes_nothing_where_scores_are_right_already():
    rng = np.random.default_rng(3)
    raw = rng.normal(size=200_000)
    line = PlattCalibration().fit(raw, rng.random(200_000) < 1 / (1 + np.exp(-raw)))
    assert line.slope_ == pytest.approx(1, abs=0.02)
    assert line.intercept_ == pytest.approx(0, abs=0.02)


def test_a_rule_of_thumb_takes_the_direction_the_data_say():
    recency = np.array([[1.0], [5.0], [30.0], [60.0], [np.nan]])
    left = np.array([0, 0, 1, 1, 1])
    rate = OneColumnClassifier().fit(recency, left).predict_proba(recency)[:, 1]
    assert (np.diff(rate) >= 0).all()
    assert rate[-1] == 1


def test_baselines_are_those_the_columns_allow():
    assert list(make_baselines(["orders_56d", "days_since_order"])) == [
        "base_rate",
        "recency",
        "frequency",
        "logistic",
    ]
    assert list(make_baselines(["silence"])) == ["base_rate", "cadence", "logistic"]
    assert list(make_baselines(["amount_28d"])) == ["base_rate", "logistic"]
