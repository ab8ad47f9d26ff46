"""Calibration by date, response rates, and what follows from all of it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.monitoring import (
    Measurements,
    compute_calibration_by_date,
    compute_response_drift,
    judge_measurements,
    settle_lists,
)
from lealtad.monitoring.feeds import SCHEMA as FEEDS
from tests.monitoring.test_promise_and_delivery import draw_outcomes, make_list

START = datetime(2026, 1, 5, tzinfo=UTC)
FEATURES = pl.DataFrame(
    {"feature": ["silence"], "distance": [0.4], "changed": [0.02], "gain_change": [0.01], "level": [None]},
    schema_overrides={"level": pl.Float64},
)
SCORES = pl.DataFrame({"before": [0.1], "now": [0.1], "distance": [0.0], "over_cut": [0.01]})


def scored(dates: int, times: float, n: int = 2_000) -> pl.DataFrame:
    """Customers whose probabilities are so many times the truth."""
    rng = np.random.default_rng(1)
    p = rng.beta(2, 15, dates * n)
    days = [START + timedelta(days=28 * (k // n)) for k in range(dates * n)]
    observed = pl.Series(rng.random(dates * n) < p)
    return pl.DataFrame({"as_of": days, "probability": np.minimum(p * times, 0.99), "observed": observed})


def verdict(**given: pl.DataFrame):
    honest = make_list(300, 1)
    everything = {
        "calibration": compute_calibration_by_date(scored(3, 1.0)),
        "settled": settle_lists(honest, draw_outcomes(honest, np.random.default_rng(2))),
        "features": FEATURES,
        "scores": SCORES,
        "responses": compute_response_drift(surveys(0.3, 0.3), START),
    }
    return judge_measurements(
        Measurements(**(everything | given), share=0.01, outcome_days=28, label_tables=("subscriptions",))
    )


def surveys(before: float, now: float, n: int = 4_000) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    days = rng.uniform(15, 190, n)
    sent = [START - timedelta(days=float(day)) for day in days]
    answers = rng.random(n) < np.where(days > 105, before, now)
    return pl.DataFrame(
        {
            "metric": "nps",
            "kind": "relational",
            "sent_at": sent,
            "answered_at": [
                at + timedelta(days=1) if one else None for at, one in zip(sent, answers, strict=True)
            ],
        }
    )


def test_an_honest_model_need_not_learn_again():
    assert not verdict().retrain


def test_probabilities_too_high_on_date_after_date_do():
    calibration = compute_calibration_by_date(scored(3, 1.5))
    assert calibration["calibrated"].to_list() == [False] * 3
    found = verdict(calibration=calibration)
    assert found.retrain
    assert [reason.kind for reason in found.reasons] == ["level"]
    assert found.reasons[0].sentence.startswith("Fewer customers have churned than predicted")


def test_nights_that_share_their_outcome_are_one_test():
    # one bad month, scored every night: three dates that say the same say it once
    bad = scored(3, 2.0, n=400)
    nights = bad.with_columns(as_of=pl.lit(START) + pl.duration(days=(pl.col("as_of").rank("dense") - 1)))
    apart = verdict(calibration=compute_calibration_by_date(bad)).reasons
    together = verdict(calibration=compute_calibration_by_date(nights)).reasons
    assert [reason.kind for reason in apart] == ["level"]
    assert together == ()


def test_a_level_within_the_tolerance_of_the_gate_is_no_alarm_however_many_customers():
    assert verdict(calibration=compute_calibration_by_date(scored(6, 1.15, n=20_000))).reasons == ()


def test_scores_without_spread_are_named_by_their_slope_and_its_interval():
    rows = scored(4, 1.0, n=6_000)
    odds = (pl.col("probability") / (1 - pl.col("probability"))).log()
    # twice as far apart around their middle: the mean stays about the same
    wide = rows.with_columns(probability=1 / (1 + (2.0 - 2.2 * (odds + 2.0)).exp()))
    table = compute_calibration_by_date(wide)
    assert (table["slope_low"] < table["slope"]).all()
    assert (table["slope"] < table["slope_high"]).all()
    assert "slope" in {reason.kind for reason in verdict(calibration=table).reasons}


def test_outcomes_that_are_no_longer_known_are_named():
    rows = scored(6, 1.0)
    last = pl.col("as_of") == rows["as_of"].max()
    lost = rows.with_columns(
        pl.when(last & (pl.int_range(pl.len()) % 3 == 0)).then(None).otherwise("observed").alias("observed")
    )
    found = verdict(calibration=compute_calibration_by_date(lost))
    assert [reason.kind for reason in found.reasons] == ["labels"]
    assert not found.retrain


def feeds(status: str, table: str = "subscriptions") -> pl.DataFrame:
    row = {"table": table, "status": status, "newest": START.date(), "window_days": 9}
    return pl.DataFrame([row | {"expected": 900.0, "counted": 0.0, "hole": True}], schema=FEEDS)


def test_a_hole_is_named_alone_and_is_no_reason_to_train():
    moved = FEATURES.with_columns(changed=pl.lit(0.3))
    found = verdict(
        calibration=compute_calibration_by_date(scored(3, 1.5)),
        features=moved,
        feeds=feeds("late"),
        rests_on={"silence": ("subscriptions",)},
    )
    assert not found.retrain
    assert [reason.kind for reason in found.reasons] == ["feed"]


def test_what_rests_on_other_tables_is_still_said_but_nobody_trains_on_a_hole():
    moved = FEATURES.with_columns(changed=pl.lit(0.3))
    found = verdict(features=moved, feeds=feeds("thin", "surveys"), rests_on={"silence": ("orders",)})
    assert {(reason.kind, reason.weight) for reason in found.reasons} == {("feed", "watch"), ("feature", "watch")}


def test_prices_that_rise_for_all_are_named_as_a_level():
    moved = FEATURES.with_columns(changed=pl.lit(0.3), level=pl.lit(1.2), feature=pl.lit("monthly_amount"))
    found = verdict(features=moved)
    assert [reason.kind for reason in found.reasons] == ["common level"]
    assert found.reasons[0].values == {"features": "monthly_amount", "change": pytest.approx(0.2)}


def test_treated_and_unknown_rows_say_nothing_about_calibration():
    rows = scored(1, 1.0).with_columns(treated=pl.int_range(pl.len()) % 2 == 0)
    found = compute_calibration_by_date(rows)
    assert found["n"][0] == 1_000
    assert found.equals(compute_calibration_by_date(rows.filter(~pl.col("treated")).drop("treated")))


def test_a_drift_that_changes_the_list_does():
    found = verdict(features=FEATURES.with_columns(changed=pl.lit(0.3)))
    assert found.retrain
    assert found.reasons[0].values == {"feature": "silence", "changed": 0.3}


def test_lists_that_miss_their_churners_do():
    rng, parts = np.random.default_rng(4), []
    for k in range(3):
        listed = make_list(400, k, list_id=f"l{k}", day=START + timedelta(days=28 * k))
        worse = listed.with_columns(probability=pl.col("probability") * 1.8)
        parts.append(settle_lists(listed, draw_outcomes(worse, rng)))
    assert verdict(settled=pl.concat(parts)).retrain
    # as long as they are settled in part, they may still catch up
    assert not verdict(settled=pl.concat(parts).with_columns(shown=pl.lit(0.5))).retrain


def test_answers_that_fail_to_come_are_to_look_at():
    found = verdict(responses=compute_response_drift(surveys(0.35, 0.2), START))
    assert not found.retrain
    assert [reason.weight for reason in found.reasons] == ["watch"]


def test_a_change_too_small_to_matter_is_none_however_sure():
    found = compute_response_drift(surveys(0.30, 0.27, n=60_000), START)
    assert found["high"][0] < 0
    assert not found["drifted"][0]
