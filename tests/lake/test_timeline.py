"""Dates are counted backwards, and nothing learned from overlaps what it is judged on."""

from datetime import UTC, date, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError, TooLittleDataError
from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.lake.timeline import Timeline, find_end_of_data, parse_moment
from tests.companies import at

END = datetime(2018, 1, 1, tzinfo=UTC)

timelines = st.builds(
    Timeline,
    end=st.just(END),
    step_days=st.integers(1, 40),
    outcome_days=st.integers(1, 120),
)


@pytest.mark.parametrize(
    "moment",
    [
        "2018-01-01",
        date(2018, 1, 1),
        datetime(2018, 1, 1),  # noqa: DTZ001 - none stands for UTC
        pd.Timestamp("2018-01-01"),
        "2018-01-01T01:00+01:00",
        END,
    ],
)
def test_a_day_is_the_utc_instant_it_begins_at_however_it_is_said(moment):
    assert parse_moment(moment) == END
    assert parse_moment(moment).utcoffset() == timedelta(0)


@pytest.mark.parametrize("moment", ["yesterday", 20180101, None])
def test_what_is_no_day_is_refused(moment):
    with pytest.raises(SettingsError, match="expected a day such as 2026-01-31"):
        parse_moment(moment)


@given(timelines, st.integers(1, 30), st.integers(1, 8))
def test_training_outcomes_end_before_the_first_test_date_and_test_outcomes_by_the_end(timeline, train, test):
    split = timeline.split(train, test)
    assert (len(split.train), len(split.test)) == (train, test)
    assert max(split.train) + timeline.outcome < min(split.test)
    assert max(split.test) + timeline.outcome == END


def test_the_protocol_of_the_complete_journey():
    split = Timeline(END, step_days=7, outcome_days=28).split(train_dates=24, test_dates=4)
    k = [(END - timedelta(days=28) - date).days / 7 for date in (*split.train, *split.test)]
    assert k == [*range(31, 7, -1), 3, 2, 1, 0]


def test_the_end_of_the_data_is_the_last_midnight_before_the_newest_fact_and_needs_no_file(company, tmp_path):
    lake = commit_tables(Lake(tmp_path / "lake", Manifest(2)), company)
    newest = max(company[name]["known_at"].max() for name in ("orders", "touchpoints"))
    for file in lake.root.rglob("*.parquet"):
        file.unlink()
    assert newest - timedelta(days=1) < find_end_of_data(Lake.open(lake.root)) <= newest
    assert find_end_of_data(lake) == at(24 * round((find_end_of_data(lake) - at(0)) / timedelta(days=1)))


def test_a_lake_without_facts_has_no_end(company, tmp_path):
    lake = commit_tables(Lake(tmp_path / "lake", Manifest(1)), {"customers": company["customers"]})
    with pytest.raises(TooLittleDataError, match="facts in the lake"):
        find_end_of_data(lake)
