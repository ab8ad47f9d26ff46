"""A regression learns categories of hundreds of levels by their rates, and knows no row's own outcome."""

import json

import numpy as np

from lealtad.learning.learners import Examples, Logistic

SETTINGS = {"strength": 0.03, "knots": 4, "pairs": 0}


def rows_of_many_levels(n=4000, levels=300, effect=1.0, seed=1):
    rng = np.random.default_rng(seed)
    effects = np.random.default_rng(0).normal(size=levels) * effect
    codes = rng.integers(0, levels, n)
    happened = (rng.random(n) < 1 / (1 + np.exp(1 - effects[codes]))).astype(float)
    values = np.column_stack([codes.astype(float), rng.normal(size=n)])
    values[rng.random(n) < 0.05, 0] = np.nan
    return Examples(values, happened, categorical=(0,))


def fit(examples):
    learner = Logistic()
    return learner.fit(examples, learner.prepare(examples), SETTINGS, 1, 1)


def rank(text, examples):
    margin = Logistic().load(text).predict_margin(examples.values)
    order = np.argsort(np.argsort(margin))
    happened = examples.happened == 1
    return (order[happened].mean() - order[~happened].mean()) / len(order) + 0.5


def test_levels_rank_rows_that_were_not_learned_from():
    text = fit(rows_of_many_levels())
    assert len(json.loads(text)["models"][0]["rates"]["0"]) == 301
    assert rank(text, rows_of_many_levels(seed=2)) > 0.64


def test_levels_without_an_effect_move_hardly_any_log_odds():
    adds = Logistic().load(fit(rows_of_many_levels(effect=0.0))).explain(rows_of_many_levels(seed=2).values)
    assert adds[:, 0].std() < 0.15


def test_an_unseen_level_is_scored_as_none():
    scorer = Logistic().load(fit(rows_of_many_levels()))
    margins = scorer.predict_margin(np.array([[np.nan, 0.0], [300.0, 0.0], [9999.0, 0.0], [-1.0, 0.0]]))
    np.testing.assert_allclose(margins, margins[0], rtol=1e-12)


def test_contributions_sum_to_the_log_odds():
    examples = rows_of_many_levels()
    text = fit(examples)
    scorer, [model] = Logistic().load(text), json.loads(text)["models"]
    adds = scorer.explain(examples.values)
    np.testing.assert_allclose(
        adds.sum(axis=1) + model["intercept"], scorer.predict_margin(examples.values), atol=1e-9
    )
