"""Dates are counted backwards, and nothing learned from overlaps what it is judged on."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.errors import TooLittleDataError
from lealtad.timeline import Timeline, forward_folds

END = datetime(2018, 1, 1, tzinfo=UTC)

timelines = st.builds(
    Timeline,
    end=st.just(END),
    step_days=st.integers(1, 40),
    horizon_days=st.integers(1, 100),
    lead_days=st.integers(0, 20),
)


@given(timelines, st.integers(1, 30), st.integers(1, 8))
def test_training_outcomes_end_before_the_first_test_date_and_test_outcomes_by_the_end(timeline, train, test):
    split = timeline.split(train, test)
    assert (len(split.train), len(split.test)) == (train, test)
    assert max(split.train) + timeline.outcome < min(split.test)
    assert max(split.test) + timeline.outcome == END


def test_the_protocol_of_the_complete_journey():
    split = Timeline(END, step_days=7, horizon_days=28).split(train_dates=24, test_dates=4)
    k = [(END - timedelta(days=28) - date).days / 7 for date in (*split.train, *split.test)]
    assert k == [*range(31, 7, -1), 3, 2, 1, 0]


@given(st.integers(12, 60), st.integers(0, 3), st.integers(1, 4))
def test_folds_learn_from_the_past_and_judge_each_later_date_once(count, outcome_weeks, folds):
    dates = tuple(END + timedelta(weeks=week) for week in range(count))
    parts = forward_folds(dates, timedelta(weeks=outcome_weeks), folds)
    judged = [date for _, later in parts for date in later]
    assert judged == list(dates[count // 3 :])
    for learned, later in parts:
        assert max(learned) + timedelta(weeks=outcome_weeks) < min(later)


def test_too_short_a_history_says_how_to_get_more():
    dates = tuple(END + timedelta(weeks=week) for week in range(6))
    with pytest.raises(TooLittleDataError, match="Set more train_dates"):
        forward_folds(dates, timedelta(weeks=4), 3)
