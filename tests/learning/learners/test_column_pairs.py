"""Pairs of columns are named where their joint effect is beyond chance; a regression with them explains itself."""

import json

import numpy as np
import pytest

from lealtad.learning.learners import Examples, Logistic
from lealtad.learning.learners.column_pairs import find_pairs

SETTINGS = {"strength": 0.03, "knots": 4}


def rows_with_a_pair(n=2000, seed=1):
    """The third and fourth columns matter together only; the first is a category, a tenth is missing."""
    rng = np.random.default_rng(seed)
    values = np.column_stack([rng.integers(0, 4, n).astype(float), rng.normal(size=(n, 4))])
    odds = 0.5 * (values[:, 0] == 2) + 0.5 * values[:, 1] + 1.5 * np.tanh(values[:, 2] * values[:, 3])
    happened = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    values[rng.random(n) < 0.1, 2] = np.nan
    return Examples(values, happened, categorical=(0,))


def name_pairs(pairs):
    return [tuple(shape["at"] for shape in pair) for pair in pairs]


def fit(examples, most):
    learner = Logistic()
    return learner.fit(examples, learner.prepare(examples), {**SETTINGS, "pairs": most}, 1, 1)


def measure(text, examples):
    margin = Logistic().load(text).predict_margin(examples.values)
    return np.logaddexp(0, np.where(examples.happened == 1, -margin, margin)).mean()


def test_the_planted_pair_is_found_and_predicts_rows_that_were_not_learned_from():
    examples, later = rows_with_a_pair(), rows_with_a_pair(seed=2)
    assert name_pairs(find_pairs(np.zeros((2000, 5)), 0.0, examples, most=5, penalty=5.0)) == [(2, 3)]
    alone, paired = (measure(fit(examples, most), later) for most in (0, 5))
    assert paired < alone - 0.03


def test_pairs_without_a_joint_effect_are_hardly_ever_named():
    named = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        examples = Examples(rng.normal(size=(800, 6)), (rng.random(800) < 0.3).astype(float))
        named += len(find_pairs(np.zeros((800, 6)), float(np.log(0.3 / 0.7)), examples, most=15, penalty=5.0))
    assert named <= 3  # of 300


def test_equal_weights_confirm_nothing_and_rows_without_weight_are_not_seen():
    examples, other = rows_with_a_pair(), rows_with_a_pair(seed=3)
    doubled = Examples(examples.values, examples.happened, (0,), weight=np.full(2000, 2.0))
    mixed = Examples(
        np.vstack([examples.values, other.values]),
        np.concatenate([examples.happened, 1 - other.happened]),
        (0,),
        weight=np.repeat([1.0, 0.0], 2000),
    )
    for rows in (doubled, mixed):
        found = find_pairs(np.zeros((len(rows.values), 5)), 0.0, rows, most=5, penalty=5.0)
        assert name_pairs(found) == [(2, 3)]


def test_contributions_sum_to_the_log_odds_and_a_pair_is_shared_by_halves():
    examples = rows_with_a_pair()
    text = fit(examples, 5)
    scorer, [model] = Logistic().load(text), json.loads(text)["models"]
    adds, margin = scorer.explain(examples.values), scorer.predict_margin(examples.values)
    np.testing.assert_allclose(adds.sum(axis=1) + model["intercept"], margin, atol=1e-9)
    np.testing.assert_allclose(adds.mean(axis=0), 0, atol=1e-9)
    [pair] = model["pairs"]
    assert [shape["at"] for shape in pair["shapes"]] == [2, 3]
    plain = {**model, "pairs": []}
    of_pair = adds - Logistic().load(json.dumps({"models": [plain], "level": 0.0})).explain(examples.values)
    np.testing.assert_allclose(of_pair[:, 2], of_pair[:, 3], atol=1e-12)
    assert not of_pair[:, [0, 1, 4]].any()


def test_models_from_before_there_were_pairs_are_read():
    examples = rows_with_a_pair()
    text = fit(examples, 0)
    assert "pairs" not in json.loads(text)["models"][0]
    assert np.isfinite(Logistic().load(text).predict_margin(examples.values)).all()


@pytest.mark.parametrize("values", [np.ones((100, 2)), np.full((100, 2), np.nan)])
def test_columns_without_differences_make_no_pair(values):
    examples = Examples(values, np.arange(100) % 2.0)
    assert find_pairs(np.zeros((100, 2)), 0.0, examples, most=5, penalty=5.0) == []
    assert np.isfinite(measure(fit(examples, 5), examples))
