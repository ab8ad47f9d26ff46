"""The search is the same for the same seed, also when it was stopped in the middle; constraints are kept."""

import lightgbm
import numpy as np
import pytest

from lealtad.learning.learners import DEFAULT, Examples
from lealtad.learning.search import Budget, prepare_fold, split_by_group, tune

pytestmark = pytest.mark.slow


def world(n=900, seed=1):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    X[:, 2] = rng.integers(0, 3, n)
    odds = X[:, 0] - 0.5 * X[:, 1] + np.array([0.0, 1.0, -1.0])[X[:, 2].astype(int)]
    return X, (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)


def examples(**more):
    X, y = world()
    return Examples(X, y, categorical=(2,), **more)


def parts(of):
    folds = split_by_group(np.arange(len(of.happened)), of.happened, count=3, seed=1)
    return [prepare_fold(DEFAULT, of, fold) for fold in folds]


def test_the_same_seed_finds_the_same_and_a_resumed_search_what_it_would_have_found(tmp_path):
    ours = examples()
    folds = parts(ours)
    whole = tune(ours, folds, budget=Budget(trials=4), seed=3).best
    assert whole == tune(ours, folds, budget=Budget(trials=4), seed=3).best
    journal = tmp_path / "study.journal"
    assert tune(ours, folds, budget=Budget(trials=2), seed=3, storage=journal).best.trials == 2
    assert tune(ours, folds, budget=Budget(trials=4), seed=3, storage=journal).best == whole
    database = f"sqlite:///{tmp_path}/study.db"
    assert tune(ours, folds, budget=Budget(trials=4), seed=3, storage=database).best == whole


def test_a_journal_of_other_rows_is_not_mixed_in(tmp_path):
    ours = examples()
    tune(ours, parts(ours), budget=Budget(trials=2), seed=3, storage=tmp_path / "one.journal")
    other = Examples(ours.values, 1 - ours.happened, categorical=(2,))
    found = tune(other, parts(other), budget=Budget(trials=1), seed=3, storage=tmp_path / "one.journal").best
    assert found.trials == 1


def test_a_search_by_time_makes_one_trial_at_least_and_says_what_it_does():
    messages = []
    ours = examples()
    found = tune(ours, parts(ours), budget=Budget(trials=None, seconds=1e-9), seed=1, say=messages.append).best
    assert found.trials == 1
    assert messages == [f"trial 1: log loss {found.loss:.5f} at best"]


def booster(of, seeds, level=0.0, rounds=30):
    settings = {"num_leaves": 5, "learning_rate": 0.2, "feature_fraction": 0.7, "bagging_fraction": 0.6}
    data = DEFAULT.prepare(of)
    texts = [DEFAULT.fit(of, data, settings, rounds, seed) for seed in seeds]
    return texts, DEFAULT.average(texts, level)


def test_the_mean_of_boosters_is_one_booster_that_says_the_mean():
    ours = examples()
    texts, mean = booster(ours, range(3))
    each = [lightgbm.Booster(model_str=text).predict(ours.values, raw_score=True) for text in texts]
    one = lightgbm.Booster(model_str=mean)
    np.testing.assert_allclose(one.predict(ours.values, raw_score=True), np.mean(each, axis=0), atol=1e-12)
    adds = one.predict(ours.values, pred_contrib=True)
    np.testing.assert_allclose(adds.sum(axis=1), np.mean(each, axis=0), atol=1e-9)


def test_a_level_is_added_once():
    ours = examples()
    one, other = (lightgbm.Booster(model_str=booster(ours, range(2), level)[1]) for level in (0.0, 0.7))
    gained = other.predict(ours.values, raw_score=True) - one.predict(ours.values, raw_score=True)
    np.testing.assert_allclose(gained, 0.7, atol=1e-12)


def test_a_direction_is_kept():
    ours = examples(directions=(-1, 0, 0))  # against what the data say
    model = lightgbm.Booster(model_str=booster(ours, [1])[1])
    rows = np.repeat([[0.0, 0.3, 1.0]], 50, axis=0)
    rows[:, 0] = np.linspace(-3, 3, 50)
    assert (np.diff(model.predict(rows)) <= 1e-12).all()


def test_the_level_of_a_season_passes_for_no_trait():
    # the date decides alone; a column that only tells the date has nothing left to explain
    rng = np.random.default_rng(2)
    date = np.repeat([0.0, 1.0], 3000)
    y = (rng.random(6000) < np.where(date == 1, 0.6, 0.2)).astype(float)
    level = np.where(date == 1, np.log(0.6 / 0.4), np.log(0.2 / 0.8))
    X = np.column_stack([date, rng.normal(size=6000)])
    for given, shown in ((None, 1.0), (level, 0.1)):
        model = lightgbm.Booster(model_str=booster(Examples(X, y, level=given), [1], rounds=20)[1])
        raw = model.predict(np.array([[0.0, 0.0], [1.0, 0.0]]), raw_score=True)
        assert (abs(raw[1] - raw[0]) > shown) == (given is None)


def test_more_trials_are_never_worse():
    ours = examples()
    folds = parts(ours)
    losses = [tune(ours, folds, budget=Budget(trials=trials), seed=3).best.loss for trials in (1, 3, 6)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] < np.log(2)
    assert losses[0] == pytest.approx(losses[-1], abs=0.1)
