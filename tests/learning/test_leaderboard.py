"""A leaderboard compares learners on the same rows, and says how sure the order is."""

import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier

import lealtad
from lealtad.base.errors import SettingsError
from lealtad.learning.search import Budget

QUICK = {"budget": Budget(trials=1), "folds": 2, "seeds": 1}


@pytest.mark.slow
def test_the_learner_that_knows_more_stands_first_and_the_other_is_surely_behind():
    rng = np.random.default_rng(1)
    X = pd.DataFrame({"a": rng.normal(size=600), "b": rng.normal(size=600)})
    y = (rng.random(600) < 1 / (1 + np.exp(-2 * X["a"]))).astype(int)
    board = lealtad.compare_table(X, y, [DummyClassifier(strategy="prior"), "logistic"], **QUICK)
    best, other = board.table.iter_rows(named=True)
    assert (best["learner"], other["learner"]) == ("logistic", "DummyClassifier")
    assert best["log_loss_behind"] == 0
    assert best["log_loss_behind_low"] is None
    assert 0 < other["log_loss_behind_low"] < other["log_loss_behind"] < other["log_loss_behind_high"]
    assert other["auc_behind_low"] > 0
    assert board.table["bytes"].min() > 0
    assert repr(board).splitlines()[2].startswith("logistic")


def test_a_wrong_name_is_refused_before_anything_is_trained():
    messages = []
    with pytest.raises(SettingsError, match="Did you mean 'logistic'"):
        lealtad.compare_table(
            pd.DataFrame({"a": [1, 2]}), [0, 1], ["lightgbm", "logistics"], progress=messages.append
        )
    assert messages == []
    with pytest.raises(SettingsError, match="two or more to compare, found 1"):
        lealtad.compare_table(pd.DataFrame({"a": [1, 2]}), [0, 1], ["lightgbm"])
