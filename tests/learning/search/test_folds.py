"""Folds never let a model learn from the future, nor from the customer it judges."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.learning.fitting import describe_few_folds, split_rows
from lealtad.learning.search import (
    Budget,
    estimate_season_levels,
    estimate_typical_level,
    read_directions,
    split_by_group,
    split_forward,
)


@given(st.lists(st.integers(0, 40), min_size=6, max_size=80), st.floats(0, 10), st.integers(1, 6), st.randoms())
def test_what_is_learned_lies_an_embargo_before_what_is_judged(time, embargo, count, random):
    random.shuffle(time)
    when = np.array(time, dtype=float)
    try:
        folds = split_forward(when, embargo=embargo, count=count)
    except TooLittleDataError:
        return
    judged = np.concatenate([fold.judged for fold in folds])
    assert len(set(judged)) == len(judged)  # a row is judged once
    for fold in folds:
        assert when[fold.learned].max() + embargo < when[fold.judged].min()
    for one, other in pairwise(folds):
        assert when[one.judged].max() < when[other.judged].min()  # a moment is in one fold
        assert set(one.learned) <= set(other.learned)


def test_folds_in_time_do_not_depend_on_the_unit_or_the_origin():
    when = np.repeat(np.arange(12.0), 5)
    one = split_forward(when, embargo=2, count=3)
    other = split_forward(1000 + 7 * when, embargo=14, count=3)
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.learned, b.learned)
        assert np.array_equal(a.judged, b.judged)


def test_one_moment_alone_has_no_past():
    with pytest.raises(TooLittleDataError, match="an embargo of 30 apart"):
        split_forward([1, 2, 3], embargo=30, count=2)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 1)), min_size=30, max_size=90), st.integers(2, 5))
def test_no_customer_is_on_both_sides_and_every_row_is_judged_once(rows, count):
    groups, y = np.array(rows).T
    if len(set(groups)) < count:
        return
    folds = split_by_group(groups, y, count=count, seed=1)
    assert sorted(np.concatenate([fold.judged for fold in folds])) == list(range(len(groups)))
    for fold in folds:
        assert not set(groups[fold.learned]) & set(groups[fold.judged])


def test_each_fold_has_its_part_of_those_who_left():
    y = np.zeros(1000, dtype=int)
    y[:50] = 1
    folds = split_by_group(np.arange(1000), y, count=5, seed=2)
    assert [int(y[fold.judged].sum()) for fold in folds] == [10] * 5


def test_fewer_customers_than_folds_is_said():
    with pytest.raises(TooLittleDataError, match="expected at least 5, found 2"):
        split_by_group(["a", "a", "b"], [0, 1, 0], count=5, seed=1)


@pytest.mark.parametrize(
    ("directions", "says"),
    [
        ({"complaint": 1}, "Did you mean 'complaints'?"),
        ({"plan": 1}, "expected a number, found a category"),
        ({"complaints": 2}, "expected 1, -1 or 0, found 2"),
    ],
)
def test_a_direction_that_cannot_be_kept_is_refused_before_lightgbm_sees_it(directions, says):
    with pytest.raises(SettingsError, match=says.replace("?", r"\?")):
        read_directions(directions, ["complaints", "plan"], ["plan"])


@pytest.mark.parametrize("given_budget", [{"trials": None}, {"trials": 0}, {"trials": 3, "seconds": -1}])
def test_a_search_without_end_or_beginning_is_refused(given_budget):
    with pytest.raises(SettingsError, match="budget: expected trials or seconds above 0"):
        Budget(**given_budget)


def test_the_level_of_a_season_is_its_rate_however_the_rows_are_cut():
    rng = np.random.default_rng(1)
    dates = np.repeat(np.arange(4.0), 5000)
    y = rng.random(20_000) < np.repeat([0.1, 0.2, 0.3, 0.4], 5000)
    by_date = estimate_season_levels(dates, y)
    spread_out = estimate_season_levels(
        np.arange(20_000.0), y
    )  # every row its own moment: stretches of time instead
    truth = np.log([0.1 / 0.9, 0.2 / 0.8, 0.3 / 0.7, 0.4 / 0.6])
    assert by_date[::5000] == pytest.approx(truth, abs=0.15)
    assert spread_out[2500::5000] == pytest.approx(truth, abs=0.4)
    assert estimate_typical_level(dates, by_date) == pytest.approx(truth.mean(), abs=0.1)


def test_a_long_horizon_on_few_dates_gives_as_many_folds_as_have_a_past():
    """91 days, dates two weeks apart: ten dates give three folds, nine two, and eight one, which is refused."""
    rng = np.random.default_rng(1)
    for dates, expected in ((22, 3), (10, 3), (9, 2)):
        days = np.repeat(14.0 * np.arange(dates), 40)
        y, customers = (rng.random(len(days)) < 0.4).astype(float), np.arange(len(days))
        folds = split_rows(y, customers, days, outcome_days=91, count=3, seed=1)
        assert len(folds) == expected
        assert len(describe_few_folds(folds, days)) == (expected < 3)
    days = np.repeat(14.0 * np.arange(8), 40)
    y = (rng.random(len(days)) < 0.4).astype(float)
    with pytest.raises(TooLittleDataError, match="expected at least 2, found 1"):
        split_rows(y, np.arange(len(days)), days, outcome_days=91, count=3, seed=1)
