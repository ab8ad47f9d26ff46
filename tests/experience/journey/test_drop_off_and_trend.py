"""Drop-off, trends and alerts on figures derived by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from lealtad.experience.journey.drop_off import compute_drop_off
from lealtad.experience.trend import add_alert, add_trend

AS_OF = datetime(2026, 1, 21, tzinfo=UTC)
WINDOW = timedelta(days=10)


def contacts(*rows: tuple[str, str, int, str]) -> pl.DataFrame:
    made = [(who, stage, datetime(2026, 1, day, tzinfo=UTC), by) for who, stage, day, by in rows]
    return pl.DataFrame(made, schema=["customer_id", "stage", "occurred_at", "initiated_by"], orient="row")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # seen from the 1st to the 10th, and on their own in a later stage within ten days
        ([("a", "awareness", 2, "company"), ("a", "purchase", 11, "customer")], (0.0, 1)),
        # a stage may be skipped, and a message of the company is no step
        ([("a", "awareness", 2, "company"), ("a", "purchase", 3, "company")], None),
        # too late
        ([("a", "awareness", 2, "company"), ("a", "purchase", 12, "customer")], (1.0, 1)),
        # before
        ([("a", "awareness", 5, "company"), ("a", "purchase", 4, "customer")], (1.0, 1)),
        # at the same moment there is no order to tell
        ([("a", "awareness", 5, "company"), ("a", "purchase", 5, "customer")], (1.0, 1)),
        # seen in the last window only: there has been no time to go on
        ([("a", "awareness", 12, "company"), ("a", "purchase", 13, "customer")], None),
        # the first contact of the window counts
        (
            [
                ("a", "awareness", 1, "company"),
                ("a", "awareness", 9, "company"),
                ("a", "service", 12, "customer"),
            ],
            (1.0, 1),
        ),
    ],
)
def test_who_goes_on(rows, expected):
    found = compute_drop_off(contacts(*rows), AS_OF, WINDOW).filter(pl.col("stage") == "awareness")
    assert found.select("value", "n").rows() == ([] if expected is None else [expected])


def test_going_back_is_not_going_on():
    rows = [("a", "service", 2, "customer"), ("a", "purchase", 5, "customer"), ("b", "loyalty", 20, "customer")]
    found = compute_drop_off(contacts(*rows), AS_OF, WINDOW).filter(pl.col("stage") == "service")
    assert found["value"].item() == 1.0


def compared(value: float, low: float | None, high: float | None, *, higher: bool = True) -> str | None:
    before = {"previous": 50.0, "previous_low": 40.0, "previous_high": 60.0}
    row = {"value": value, "low": low, "high": high, **before, "higher_is_better": higher}
    return add_trend(pl.DataFrame([row], infer_schema_length=None))["trend"].item()


def test_a_trend_is_said_only_where_the_intervals_say_so():
    # both reach 10 to either side: the difference reaches sqrt(200) = 14.14
    assert compared(64.0, 54.0, 74.0) == "unclear"
    assert compared(64.2, 54.2, 74.2) == "better"
    assert compared(35.8, 25.8, 45.8) == "worse"
    assert compared(64.2, 54.2, 74.2, higher=False) == "worse"
    assert compared(64.2, 54.2, None) is None


@pytest.mark.parametrize(
    ("low", "high", "higher", "alert"),
    [
        (10.0, 19.9, True, True),
        (10.0, 20.0, True, False),
        (20.1, 30.0, False, True),
        (20.1, None, False, True),
        (20.0, 30.0, False, False),
        (None, 30.0, False, False),
    ],
)
def test_an_alert_needs_the_whole_interval_beyond_the_target(low, high, higher, alert):
    row = {"value": 15.0, "low": low, "high": high, "target": 20.0, "higher_is_better": higher}
    schema = {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "target": pl.Float64}
    found = add_alert(pl.DataFrame([row], schema_overrides=schema))
    assert found["alert"].item() is alert


def test_without_a_target_nothing_is_judged():
    row = {"value": 15.0, "low": 1.0, "high": 2.0, "target": None, "higher_is_better": True}
    assert add_alert(pl.DataFrame([row], schema_overrides={"target": pl.Float64}))["alert"].item() is None
