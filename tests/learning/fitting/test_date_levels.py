"""Levels of dates are seasons, unless the traits of the customers who are there explain them."""

import numpy as np

from lealtad.learning.fitting import date_levels
from lealtad.learning.fitting.date_levels import estimate_date_levels
from lealtad.learning.learners import Examples
from lealtad.learning.search import estimate_season_levels

DATES, ROWS = 10, 400


def dates_of_customers(season=0.0, aging=0.0, seed=1):
    """A trait doubles the odds; it becomes more frequent by date (aging), or the level itself moves (season)."""
    rng = np.random.default_rng(seed)
    date = np.repeat(np.arange(DATES), ROWS)
    trait = rng.normal(size=len(date)) + aging * (date - DATES / 2)
    odds = -0.5 + 0.7 * trait + season * np.sin(date)
    values = np.column_stack([trait, rng.normal(size=len(date))])
    values[rng.random(len(date)) < 0.05, 1] = np.nan
    return Examples(values, (rng.random(len(date)) < 1 / (1 + np.exp(-odds))).astype(float)), date * 7.0


def spread(level):
    return level[::ROWS].std()


def test_levels_that_traits_explain_are_what_the_traits_leave():
    examples, time = dates_of_customers(aging=0.3)
    raw = estimate_season_levels(time, examples.happened)
    level = estimate_date_levels(examples, time, seed=1)
    assert spread(raw) > 0.4
    assert spread(level) < 0.2


def test_seasons_are_left_as_they_are():
    examples, time = dates_of_customers(season=0.6)
    raw = estimate_season_levels(time, examples.happened)
    np.testing.assert_array_equal(estimate_date_levels(examples, time, seed=1), raw)


def test_a_season_stays_although_columns_move_with_the_calendar():
    examples, time = dates_of_customers(season=0.6)
    rng = np.random.default_rng(2)
    moving = rng.normal(size=(len(time), 20)) + 0.4 * np.sin(time / 7.0)[:, None]
    examples = Examples(np.column_stack([examples.values, moving]), examples.happened)
    raw = estimate_season_levels(time, examples.happened)
    np.testing.assert_array_equal(estimate_date_levels(examples, time, seed=1), raw)


def test_levels_that_hardly_move_are_left_as_they_are():
    examples, time = dates_of_customers()
    raw = estimate_season_levels(time, examples.happened)
    np.testing.assert_array_equal(estimate_date_levels(examples, time, seed=1), raw)


def test_levels_that_move_by_chance_alone_need_no_regression(monkeypatch):
    monkeypatch.setattr(date_levels, "Logistic", None)
    examples, time = dates_of_customers()
    few = np.flatnonzero(np.arange(len(time)) % ROWS < 60)  # 60 rows a date: chance alone spreads them by .27
    raw = estimate_season_levels(time[few], examples.happened[few])
    np.testing.assert_array_equal(estimate_date_levels(examples.select_rows(few), time[few], seed=1), raw)


def test_order_of_rows_changes_no_level():
    examples, time = dates_of_customers(aging=0.3)
    order = np.random.default_rng(3).permutation(len(time))
    level = estimate_date_levels(examples, time, seed=1)
    mixed = estimate_date_levels(examples.select_rows(order), time[order], seed=1)
    np.testing.assert_allclose(mixed, level[order], atol=1e-3)


def test_equal_weights_change_no_level():
    examples, time = dates_of_customers(aging=0.3)
    weighted = Examples(examples.values, examples.happened, weight=np.ones(len(time)))
    np.testing.assert_allclose(
        estimate_date_levels(weighted, time, seed=1), estimate_date_levels(examples, time, seed=1), atol=1e-9
    )


def test_a_date_that_weighs_nothing_does_not_hide_what_traits_explain():
    examples, time = dates_of_customers(aging=0.3)
    weighted = Examples(examples.values, examples.happened, weight=(time > 0).astype(float))
    assert spread(estimate_season_levels(time, examples.happened, weighted.weight)[ROWS:]) > 0.4
    assert spread(estimate_date_levels(weighted, time, seed=1)[ROWS:]) < 0.2
