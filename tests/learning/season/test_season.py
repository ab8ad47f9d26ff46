"""Levels that move are told from early outcomes; levels that do not are left alone."""

from datetime import date, timedelta

import numpy as np
import pytest

from lealtad.learning.season import Cohort, Season
from lealtad.learning.season.cohorts import find_open_dates
from lealtad.learning.season.past_levels import measure_level_spread

pytestmark = pytest.mark.slow

FIRST, STEP, HORIZON, DAYS = date(2025, 1, 6), 7, 28, (7, 14, 21)
CUSTOMERS = 600


def world(dates, paces, seed=1):
    """Days until each customer's next purchase; at the usual pace 1 the probability says how many stay away.

    The pace holds for all that is bought after a date, so that early purchases tell of the whole horizon.
    """
    rng = np.random.default_rng(seed)
    days = np.repeat(np.array(dates, dtype="datetime64[D]"), CUSTOMERS)
    rate = rng.gamma(2.0, 0.04, len(days))
    back = rng.exponential(1 / (rate * np.repeat(paces, CUSTOMERS)))
    return days, np.exp(-rate * HORIZON), (back >= HORIZON).astype(float), back


def learned(days, probability, happened, back, **more):
    seen = {after: back < after for after in DAYS}
    return Season.learn(days, probability, happened, seen, outcome_days=HORIZON, **more)


def weeks(count, first=FIRST):
    return [first + timedelta(days=STEP * number) for number in range(count)]


def cohorts(season, dates, as_of, probability, back):
    where = {day: slice(number * CUSTOMERS, (number + 1) * CUSTOMERS) for number, day in enumerate(dates)}
    return [
        Cohort(day, after, probability[where[day]], back[where[day]] < after)
        for day, after in season.open(dates, as_of).items()
    ]


def draw_drifting_levels(seed):
    """A level that wanders and comes back, so that the last weeks tell of the next."""
    rng, pace = np.random.default_rng(seed), [0.0]
    while len(pace) < 48:
        pace.append(0.95 * pace[-1] + rng.normal(0, 0.2))
    return np.exp(pace)


def test_later_dates_are_promised_nearer_to_what_came():
    dates, past = weeks(48), slice(0, 30 * CUSTOMERS)
    usual, moved = [], []
    for seed in range(4):
        days, probability, happened, back = world(dates, draw_drifting_levels(seed), seed)
        season = learned(days[past], probability[past], happened[past], back[past])
        for number in range(34, 48):
            own = slice(number * CUSTOMERS, (number + 1) * CUSTOMERS)
            level = season.level(dates[number], cohorts(season, dates, dates[number], probability, back))
            assert level.rows == 3 * CUSTOMERS
            usual.append(abs(probability[own].mean() - happened[own].mean()))
            moved.append(abs(level.correct(probability[own]).mean() - happened[own].mean()))
    assert np.mean(moved) < 0.8 * np.mean(usual)


def test_levels_that_chance_alone_moves_are_no_season():
    spreads = [measure_level_spread(*world(weeks(24), np.ones(24), seed=seed)[:3]) for seed in range(20)]
    assert np.mean(spreads) < 0.06
    assert measure_level_spread(*world(weeks(24), np.tile([0.7, 1.4], 12))[:3]) > 0.3


@pytest.mark.parametrize(("dates", "has_season"), [(5, False), (6, False), (7, True)])
def test_too_few_dates_tell_no_season(dates, has_season):
    # from the fifth on, the outcome of an earlier one is known; it takes three such to say how far they mislead
    found = learned(*world(weeks(dates), np.tile([0.5, 2.0, 1.0], 3)[:dates]))
    assert (found is not None) is has_season


def test_what_ends_early_is_the_mirror_of_what_returns_early():
    dates = weeks(24)
    days, probability, happened, back = world(dates, np.exp(np.sin(np.arange(24) / 3) / 2))
    returning = learned(days, probability, happened, back)
    leaving = learned(days, 1 - probability, 1 - happened, back, early=1)
    as_of = dates[-1] + timedelta(days=STEP)
    asked = cohorts(returning, dates, as_of, probability, back)
    mirrored = [Cohort(one.date, one.days, 1 - one.probability, one.seen) for one in asked]
    shift = returning.level(as_of, asked).shift
    assert shift != 0
    assert leaving.level(as_of, mirrored).shift == pytest.approx(-shift, abs=1e-6)


def test_half_of_last_years_level_is_expected_again():
    season = learned(*world(weeks(24), np.tile([0.6, 1.0, 1.6], 8)))
    a_year_on = weeks(24)[6] + timedelta(days=364)
    assert season.shifts[str(weeks(24)[6])] > 0.2  # slow: more stay away
    assert season.level(a_year_on, []).shift == pytest.approx(season.shifts[str(weeks(24)[6])] / 2)
    assert season.level(weeks(24)[-1] + timedelta(days=70), []).shift == 0


def test_it_is_written_as_text():
    season = learned(*world(weeks(24), np.tile([0.6, 1.0, 1.6], 8)))
    assert Season.from_text(season.to_text()) == season


@pytest.mark.parametrize(
    ("days", "found"),
    [((7, 14, 21), {7: 7, 14: 14, 21: 21}), ((10, 24), {14: 10}), ((28, 35), {})],
)
def test_open_dates_are_those_whose_horizon_is_not_over(days, found):
    dates = weeks(12)
    as_of = dates[-1] + timedelta(days=STEP)
    assert find_open_dates(dates, as_of, days, HORIZON) == {
        as_of - timedelta(days=ago): after for ago, after in found.items()
    }
