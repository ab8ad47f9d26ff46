"""Measures that share their work say what they say alone, and nothing is kept after the block."""

from datetime import UTC, datetime
from itertools import product

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from lealtad import kpis
from lealtad.kpis.sharing import compute_once, share_work
from lealtad.sources.simulated import simulate

AS_OF = datetime(2025, 12, 1, tzinfo=UTC)
MEASURES = {
    "ticket_events": (
        "first_response_time",
        "resolution_time",
        "resolution_rate",
        "reopen_rate",
        "one_touch_rate",
    ),
    "subscriptions": ("retention_rate", "churn_rate", "grr", "nrr", "cohort_retention"),
}
OPTIONS = ({}, {"as_of": AS_OF}, {"as_of": AS_OF, "window_days": 200, "by": ["month"]})


def compute_all(tables) -> list[pl.DataFrame]:
    asked = product(MEASURES.items(), OPTIONS)
    return [
        getattr(kpis, name)(tables[table], **options)
        for (table, names), options in asked
        for name in names
        if name != "cohort_retention" or "by" not in options
    ]


def test_shared_work_changes_no_figure():
    tables = simulate(80, 12, seed=3).tables
    alone = compute_all(tables)
    with share_work():
        for _ in range(2):
            for ours, theirs in zip(compute_all(tables), alone, strict=True):
                assert_frame_equal(ours, theirs, check_row_order=False)


def test_only_the_same_frame_asked_alike_is_shared_and_only_within_the_block():
    first, equal, calls = pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1]}), []

    def ask(frame, how):
        return compute_once("it", frame, how, lambda: calls.append(how) or len(calls))

    assert [ask(first, 0), ask(first, 0)] == [1, 2]
    with share_work():
        with share_work():
            assert [ask(first, 0), ask(first, 0), ask(first, 1), ask(equal, 0)] == [3, 3, 4, 5]
        assert ask(first, 0) == 3
    assert ask(first, 0) == 6


def test_what_fails_is_asked_again():
    with share_work():
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                compute_once("it", "frame", None, lambda: 1 / 0)
