"""A promise is named where a reader sees that it was broken."""

import pytest

from lealtad.worklist.reasons.promises import was_broken


@pytest.mark.parametrize(
    ("hours", "is_broken"),
    [
        ([8.4], False),
        ([9.0], True),
        ([None], True),
        ([2.0, 9.0], False),
        ([9.0, 10.0], True),
        ([None, None], False),
    ],
)
def test_a_wait_that_reads_like_the_promise_did_not_break_it(hours, is_broken):
    assert was_broken(8.0, [{"hours": each} for each in hours]) == is_broken


def test_working_hours_go_before_hours_of_the_clock():
    assert not was_broken(8.0, [{"hours": 30.0, "business_hours": 6.0}])
    assert not was_broken(8.0, [{"hours": 60.0, "business_hours": 0.0}])
