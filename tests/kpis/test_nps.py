from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from lealtad.base.errors import DataError, SettingsError
from lealtad.kpis import nps


def test_golden_score_and_interval(answers):
    # 300 promoters, 200 passives, 100 detractors of 600: p - d = 1/3, p + d = 2/3,
    # SE = 100 sqrt((2/3 - 1/9) / 600) = 100 sqrt(5/9/600) = 3.0429; interval 1.959964 SE either side
    surveys = answers("nps", [10.0] * 300 + [8.0] * 200 + [0.0] * 100, low=0, high=10)
    found = nps(surveys).row(0, named=True)
    assert found["value"] == pytest.approx(33.3333, abs=1e-4)
    assert (found["high"] - found["low"]) / 2 / 1.959964 == pytest.approx(3.0429, abs=1e-4)
    assert found["n"] == 600
    assert found["definition"] == "nps@1: relational, scale 0-10"


@pytest.mark.parametrize(("score", "value"), [(10, 100), (9, 100), (8, 0), (7, 0), (6, -100), (0, -100)])
def test_thresholds(answers, score, value):
    assert nps(answers("nps", [score], low=0, high=10))["value"].item() == value


def test_scale_from_one_keeps_the_thresholds_and_is_named(answers):
    found = nps(answers("nps", [9, 7, 6, 1], low=1, high=10)).row(0, named=True)
    assert (found["value"], found["definition"]) == (-25.0, "nps@1: relational, scale 1-10")


def test_no_answer_is_null(answers):
    found = nps(answers("nps", [None], low=0, high=10)).row(0, named=True)
    assert found == {"value": None, "n": 0, "low": None, "high": None, "definition": "nps@1"}


def test_answers_at_the_cutoff_or_recorded_later_are_out(answers, at):
    surveys = answers("nps", [10, 10, 0, 0], low=0, high=10).with_columns(
        answered_at=pl.Series([at("2026-01-02"), at("2026-01-03"), at("2026-01-02"), at("2026-01-02")]),
        recorded_at=pl.Series([None, None, at("2026-01-05"), at("2026-01-02")]),
    )
    # out: the second is answered at as_of itself, the third recorded after it
    assert nps(surveys, as_of=at("2026-01-03")).select("value", "n").row(0) == (0.0, 2)


def test_last_answer_per_customer_counts_within_the_window(answers, at):
    surveys = answers("nps", [0, 10], low=0, high=10).with_columns(
        customer_id=pl.lit("same"), answered_at=pl.Series([at("2026-01-02"), at("2026-02-02")])
    )
    assert nps(surveys).select("value", "n").row(0) == (100.0, 1)
    assert nps(surveys, as_of=at("2026-02-02")).select("value", "n").row(0) == (-100.0, 1)
    assert nps(surveys, by=["month"])["value"].to_list() == [-100.0, 100.0]


def test_transactional_answers_about_different_touchpoints_all_count(answers):
    surveys = answers("nps", [0, 10, 10], low=0, high=10, customer_id="same", kind="transactional")
    surveys = surveys.with_columns(touchpoint_id=pl.Series(["call", "call", "visit"]))
    assert nps(surveys)["n"].item() == 2


def test_transactional_answers_about_different_tickets_all_count(answers):
    # scores 0, 0, 10 of one customer and 10 of another, about four tickets: two promoters, two detractors
    surveys = answers(
        "nps", [0, 0, 10, 10], low=0, high=10, kind="transactional", customer_id=pl.Series([*"aaab"])
    ).with_columns(ticket_id=pl.Series([*"ktuv"]))
    for rows in (surveys, surveys.with_columns(touchpoint_id=pl.lit(None, pl.String))):
        assert nps(rows).select("value", "n").row(0) == (0.0, 4)
    # about one ticket the last answer counts; about none, each survey is a question of its own
    assert nps(surveys.with_columns(ticket_id=pl.lit("k")))["n"].item() == 2
    assert nps(surveys.drop("ticket_id"))["n"].item() == 4
    # a touchpoint and a ticket of one name are two things
    named = surveys.with_columns(
        touchpoint_id=pl.Series(["k", None, None, None]), ticket_id=pl.Series([None, "k", "k", "k"])
    )
    assert nps(named)["n"].item() == 3
    # relational surveys ask about the company, whatever they name
    assert nps(surveys.with_columns(kind=pl.lit("relational")))["n"].item() == 2


def test_kinds_are_never_mixed(answers):
    surveys = answers("nps", [9, 3], low=0, high=10, kind=pl.Series(["relational", "transactional"]))
    with pytest.raises(DataError, match=r"one kind of survey and one scale.*relational and transact"):
        nps(surveys)
    assert nps(surveys, kind="relational")["value"].item() == 100
    assert nps(surveys, by=["kind"])["value"].to_list() == [100, -100]
    with pytest.raises(SettingsError, match="Did you mean 'relational'"):
        nps(surveys, kind="relation")


def test_scales_are_never_mixed(answers):
    surveys = answers("nps", [9, 3], low=0, high=10, scale_min=pl.Series([0.0, 1.0]))
    with pytest.raises(DataError, match="column 'scale_min'"):
        nps(surveys)


@pytest.mark.parametrize(
    ("scores", "high", "words"),
    [([11.0], 10, "scores between"), ([8.5], 10, "whole numbers"), ([80.0], 100, "on 0-10 or 1-10")],
)
def test_bad_scores_are_refused(answers, scores, high, words):
    with pytest.raises(DataError, match=words):
        nps(answers("nps", scores, low=0, high=high))


def test_answer_before_invitation_is_refused(answers, at):
    with pytest.raises(DataError, match="answers after their invitation"):
        nps(answers("nps", [9], low=0, high=10, sent_at=at("2026-01-03")))


def test_score_without_a_time_is_refused(answers):
    surveys = answers("nps", [9], low=0, high=10).with_columns(pl.lit(None).alias("answered_at"))
    with pytest.raises(DataError, match="time of every answer"):
        nps(surveys)


def test_dimensions_come_from_touchpoint_and_customer(answers, at):
    surveys = answers("nps", [10, 0], low=0, high=10, touchpoint_id=pl.Series(["t0", "t1"]))
    touchpoints = pl.DataFrame(
        {
            "touchpoint_id": ["t0", "t1"],
            "customer_id": ["c0", "c1"],
            "occurred_at": [at("2026-01-01")] * 2,
            "stage": ["service", "purchase"],
        }
    )
    customers = pl.DataFrame(
        {
            "customer_id": ["c0", "c0", "c1"],
            "segment": ["small", "large", "small"],
            "valid_from": [None, at("2026-02-01"), None],
        }
    )
    by_stage = nps(surveys, by=["stage"], touchpoints=touchpoints)
    assert by_stage.select("stage", "value").rows() == [("purchase", -100.0), ("service", 100.0)]
    # the first customer grew on 1 February: before and on that day the segment is still the old one
    before = nps(surveys, by=["segment"], customers=customers, as_of=at("2026-02-01"))
    assert before.select("segment", "n").rows() == [("small", 2)]
    after = nps(surveys, by=["segment"], customers=customers, as_of=at("2026-02-02"))
    assert after.select("segment", "n").rows() == [("large", 1), ("small", 1)]


def test_missing_table_or_unknown_dimension_is_named(answers):
    surveys = answers("nps", [10], low=0, high=10)
    with pytest.raises(SettingsError, match="Pass customers="):
        nps(surveys, by=["segment"])
    with pytest.raises(SettingsError, match="Did you mean 'segment'"):
        nps(surveys, by=["segmnt"])


def test_months_are_those_of_the_source(answers, at):
    # 23:30 UTC on 31 January is 00:30 on 1 February in Madrid
    surveys = answers("nps", [10], low=0, high=10, answered_at=at("2026-01-31T23:30"), source_zone="Europe/Madrid")
    assert nps(surveys, by=["month"])["month"].dt.to_string().to_list() == ["2026-02-01"]
    assert nps(surveys.drop("source_zone"), by=["month"])["month"].dt.to_string().to_list() == ["2026-01-01"]


def test_pandas_in_pandas_out(answers):
    surveys = answers("nps", [10, 8, 0], low=0, high=10)
    found = nps(surveys.to_pandas(), by=["kind"])
    assert isinstance(found, pd.DataFrame)
    pd.testing.assert_frame_equal(found, nps(surveys, by=["kind"]).to_pandas())


def test_two_answers_in_one_instant_do_not_depend_on_their_order(answers):
    surveys = answers("nps", [0, 10], low=0, high=10, customer_id="same")
    assert nps(surveys)["value"].item() == nps(surveys.reverse())["value"].item()


def test_the_last_version_of_a_customer_counts_in_any_order(answers, at):
    surveys = answers("nps", [10], low=0, high=10, customer_id="c")
    versions = pl.DataFrame(
        {
            "customer_id": ["c", "c"],
            "segment": ["new", "old"],
            "valid_from": [at("2026-01-02"), at("2025-01-01")],
        }
    )
    for customers in (versions, versions.reverse()):
        assert nps(surveys, by=["segment"], customers=customers)["segment"].to_list() == ["new"]
