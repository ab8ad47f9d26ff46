"""A feed is judged by its own past: weekdays, season and scatter; a dead one is named, a quiet one is not."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.monitoring.feeds import describe_feed, find_failing_tables, judge_feeds

FIRST = date(2024, 1, 1)
DAYS = 800
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 1.1, 0.6, 0.0])


def night(day: int) -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=day)


def counts(
    rate: float, seed: int = 1, days: int = DAYS, season: float = 0.3, name: str = "touchpoints"
) -> pl.DataFrame:
    rng, t = np.random.default_rng(seed), np.arange(days)
    usual = rate * WEEK[t % 7] * np.exp(season * np.sin(2 * np.pi * t / 365) + rng.normal(0, 0.08, days))
    return frame(rng.poisson(usual), name)


def frame(numbers: np.ndarray, name: str = "touchpoints") -> pl.DataFrame:
    days = [FIRST + timedelta(days=k) for k in range(len(numbers))]
    rows = pl.DataFrame({"table": name, "day": days, "delay": 0, "count": pl.Series(numbers).cast(pl.Int64)})
    return rows.filter(pl.col("count") > 0)


def until(rows: pl.DataFrame, day: int) -> pl.DataFrame:
    return rows.filter(pl.col("day") < FIRST + timedelta(days=day))


def status(rows: pl.DataFrame, day: int, **more) -> str:
    return judge_feeds(until(rows, day), night(day), **more)["status"][0]


@pytest.mark.parametrize("rate", [5, 50, 1_000])
def test_an_unchanged_feed_is_quiet_every_week_of_a_year(rate):
    rows = counts(rate)
    assert {status(rows, day) for day in range(430, DAYS, 7)} == {"ok"}


@pytest.mark.parametrize(("rate", "within"), [(500, 2), (50, 3), (5, 8)])
def test_a_dead_feed_is_late_and_stays_so(rate, within):
    rows = until(counts(rate), 700)
    assert status(rows, 700 + within) == "late"
    for days in (28, 95, 300):
        assert status(rows, 700 + days) == "late"


def test_a_day_on_which_nothing_ever_comes_is_not_late():
    rows = counts(500)
    sundays = [day for day in range(700, 728) if (day - 1) % 7 == 6]
    assert [status(rows, day) for day in sundays] == ["ok"] * 4


@pytest.mark.parametrize("rate", [500, 50])
def test_a_halved_feed_is_thin_within_a_fortnight(rate):
    rows = counts(rate)
    late = pl.col("day") >= FIRST + timedelta(days=700)
    halved = rows.with_columns(pl.when(late).then(pl.col("count") // 2).otherwise("count").alias("count"))
    nights = [judge_feeds(until(halved, day), night(day)).row(0, named=True) for day in range(703, 715)]
    thin = [found for found in nights if found["status"] == "thin"]
    assert thin
    assert thin[-1]["counted"] / thin[-1]["expected"] == pytest.approx(0.55, abs=0.15)
    assert nights[-1]["hole"]


def test_a_season_that_comes_again_is_no_thin_feed():
    t = np.arange(DAYS)
    closing = np.where((t % 364 >= 200) & (t % 364 < 214), 0.3, 1.0)  # two quiet weeks every summer
    rows = frame(np.random.default_rng(1).poisson(300 * closing))
    assert {status(rows, day) for day in range(560, 592)} == {"ok"}
    first_summer = {status(rows, day) for day in range(205, 216)}
    assert "late" not in first_summer


def test_a_hole_that_is_over_stays_one_until_it_is_filled():
    rows = counts(500)
    gap = pl.col("day").is_between(FIRST + timedelta(days=680), FIRST + timedelta(days=700))
    found = judge_feeds(until(rows.filter(~gap), 740), night(740)).row(0, named=True)
    assert (found["status"], found["hole"]) == ("ok", True)
    assert "has a gap" in describe_feed(found)[0]
    assert not judge_feeds(until(rows, 740), night(740))["hole"][0]


def test_facts_that_are_always_recorded_late_are_not_missed():
    whole = counts(500)
    parts = [
        whole.with_columns(delay=pl.lit(lag, pl.Int64), count=(pl.col("count") * share).cast(pl.Int64))
        for lag, share in ((0, 0.3), (1, 0.4), (3, 0.3))
    ]
    day = 700
    known = pl.concat(
        part.filter(
            pl.col("day").dt.offset_by("1d") + pl.duration(days=pl.col("delay")) <= FIRST + timedelta(days=day)
        )
        for part in parts
    )
    assert status(known, day) == "ok"
    as_if_whole = known.group_by("table", "day").agg(pl.col("count").sum()).with_columns(delay=pl.lit(0, pl.Int64))
    assert known["delay"].max() == 3
    assert judge_feeds(as_if_whole, night(day))["status"][0] == "ok"  # three young days are no thin week


def test_a_table_that_always_lies_two_days_behind_is_not_late():
    rows = until(counts(500, season=0.0), 698)
    assert status(rows, 700) == "late"
    assert status(rows, 700, lags={"touchpoints": 2}) == "ok"
    assert status(rows, 704, lags={"touchpoints": 2}) == "late"


def test_a_young_table_is_not_judged():
    assert status(counts(500, days=60), 60) == "unknown"


def test_one_feed_that_fails_says_nothing_of_another():
    rows = pl.concat([until(counts(500), 690), counts(100, 2, name="orders")])
    found = judge_feeds(until(rows, 700), night(700))
    assert find_failing_tables(found) == ["touchpoints"]
    assert find_failing_tables(found, ["orders"]) == []
    assert find_failing_tables(found, ["orders", "touchpoints"]) == ["touchpoints"]
    sentence, values = describe_feed(found.filter(table="touchpoints").row(0, named=True))
    assert sentence.format(**values).startswith("Feed touchpoints is late: nothing has arrived since")


@given(st.integers(0, 50))
def test_the_order_of_rows_is_no_matter(seed):
    rows = until(counts(50), 700)
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=seed)
    assert judge_feeds(shuffled, night(705)).equals(judge_feeds(rows, night(705)))
