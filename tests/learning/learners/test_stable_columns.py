"""On a wide table the columns that matter are told apart from chance, and a model of them does better."""

import numpy as np
import pandas as pd
import pytest

import lealtad
from lealtad.learning.learners import DEFAULT, Examples, Logistic
from lealtad.learning.learners.stable_columns import blank_columns, find_stable_columns
from lealtad.learning.search import Budget

pytestmark = pytest.mark.slow
MATTER = 5


def wide_rows(n, seed, columns=60):
    """Five columns matter; a tenth of all cells is missing."""
    rng = np.random.default_rng(seed)
    values = rng.standard_t(5, size=(n, columns))
    odds = values[:, :MATTER] @ np.array([0.7, -0.6, 0.5, 0.5, -0.4]) - 1
    happened = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    values[rng.random(values.shape) < 0.1] = np.nan
    return values, happened


def test_columns_that_matter_are_stable_and_hardly_another():
    values, happened = wide_rows(2_000, 1)
    is_stable = find_stable_columns(Examples(values, happened), seed=1)
    assert is_stable[:MATTER].all()
    assert is_stable[MATTER:].sum() <= 3
    assert (find_stable_columns(Examples(values, happened), seed=1) == is_stable).all()


def test_without_signal_hardly_a_column_is_stable_or_all_are():
    stable = 0
    for seed in range(4):
        values, _ = wide_rows(1_000, seed)
        happened = (np.random.default_rng(seed).random(1_000) < 0.3).astype(float)
        is_stable = find_stable_columns(Examples(values, happened), seed=seed)
        stable += 0 if is_stable.all() else is_stable.sum()
    assert stable <= 12  # of 240


@pytest.mark.parametrize("learner", ["lightgbm", "logistic", "catboost"])
def test_a_wide_table_without_signal_is_learned_from_too(learner):
    rng = np.random.default_rng(3)
    X = pd.DataFrame(rng.normal(size=(300, 40)), columns=[f"x{place}" for place in range(40)])
    y = (rng.random(300) < 0.2).astype(int)
    quick = {"budget": Budget(trials=1), "folds": 2, "seeds": 1, "progress": lambda _: None}
    trained = lealtad.train_table(X, y, learner=learner, **quick)
    assert not trained.chance.is_better


def test_a_category_of_many_levels_is_never_left_out():
    rng = np.random.default_rng(1)
    values, happened = wide_rows(1_000, 1)
    values[:, 7], values[:, 8] = rng.integers(0, 50, 1_000), rng.integers(0, 3, 1_000)
    is_stable = find_stable_columns(Examples(values, happened, categorical=(7, 8)), seed=1)
    assert is_stable[7]
    assert not is_stable[8]


def test_what_a_given_level_explains_is_not_looked_for():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(2_000, 40))
    level = 1.5 * values[:, 0] - 1
    happened = (rng.random(2_000) < 1 / (1 + np.exp(-level - 0.8 * values[:, 1]))).astype(float)
    assert find_stable_columns(Examples(values, happened), seed=1)[:2].all()
    assert find_stable_columns(Examples(values, happened, level=level), seed=1)[:2].tolist() == [False, True]


@pytest.mark.parametrize("learner", [DEFAULT, Logistic()], ids=["trees", "regression"])
def test_a_blank_column_changes_no_prediction(learner):
    values, happened = wide_rows(500, 1)
    is_kept = np.arange(values.shape[1]) < MATTER
    rows = blank_columns(Examples(values, happened), is_kept)
    text = learner.fit(rows, learner.prepare(rows), learner.first_settings[0], 20, 1)
    others = values.copy()
    others[:, MATTER:] = np.random.default_rng(2).normal(size=others[:, MATTER:].shape)
    scorer = learner.load(learner.average([text], 0.0))
    assert (scorer.predict_margin(others) == scorer.predict_margin(values)).all()
    assert not scorer.explain(values)[:, MATTER:].any()


@pytest.mark.slow
def test_a_wide_table_is_learned_from_stable_columns_where_folds_gain():
    values, happened = wide_rows(3_000, 1, columns=80)
    later, truth = wide_rows(10_000, 2, columns=80)
    names = [f"x{place}" for place in range(80)]
    quick = {"budget": Budget(trials=3), "folds": 3, "seeds": 1, "progress": lambda _: None}
    trained = lealtad.train_table(pd.DataFrame(values, columns=names), happened.astype(int), **quick)
    assert "stable columns" in trained.members
    predicted = trained.predict(pd.DataFrame(later, columns=names)).to_numpy()
    best = lealtad.train_table(
        pd.DataFrame(values[:, :MATTER], columns=names[:MATTER]), happened.astype(int), **quick
    )
    ideal = best.predict(pd.DataFrame(later[:, :MATTER], columns=names[:MATTER])).to_numpy()

    def loss(p):
        return -np.mean(np.where(truth == 1, np.log(p), np.log(1 - p)))

    assert loss(predicted) < loss(ideal) + 0.006
