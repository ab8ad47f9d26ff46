"""Calibration by date, response rates, and what follows from all of it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from lealtad.monitoring import calibration_by_date, judged, response_drift, settled
from tests.monitoring.test_promise_and_delivery import a_list, lived

START = datetime(2026, 1, 5, tzinfo=UTC)
FEATURES = pl.DataFrame({"feature": ["silence"], "distance": [0.4], "changed": [0.02], "gain_change": [0.01]})
SCORES = pl.DataFrame({"before": [0.1], "now": [0.1], "distance": [0.0], "over_cut": [0.01]})


def scored(dates: int, times: float, n: int = 2_000) -> pl.DataFrame:
    """Customers whose probabilities are so many times the truth."""
    rng = np.random.default_rng(1)
    p = rng.beta(2, 15, dates * n)
    days = [START + timedelta(days=28 * (k // n)) for k in range(dates * n)]
    observed = pl.Series(rng.random(dates * n) < p)
    return pl.DataFrame({"as_of": days, "probability": np.minimum(p * times, 0.99), "observed": observed})


def verdict(**given: pl.DataFrame):
    honest = a_list(300, 1)
    everything = {
        "calibration": calibration_by_date(scored(3, 1.0)),
        "settled": settled(honest, lived(honest, np.random.default_rng(2))),
        "features": FEATURES,
        "scores": SCORES,
        "responses": response_drift(surveys(0.3, 0.3), START),
    }
    return judged(**(everything | given), share=0.01)


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
    calibration = calibration_by_date(scored(3, 1.5))
    assert calibration["calibrated"].to_list() == [False] * 3
    found = verdict(calibration=calibration)
    assert found.retrain
    assert found.reasons[0].sentence.startswith("More were to leave than did")


def test_one_bad_date_does_not():
    bad = pl.concat([scored(2, 1.0), scored(3, 1.5).filter(pl.col("as_of") == START + timedelta(days=56))])
    assert not verdict(calibration=calibration_by_date(bad)).retrain


def test_treated_and_unknown_rows_say_nothing_about_calibration():
    rows = scored(1, 1.0).with_columns(treated=pl.int_range(pl.len()) % 2 == 0)
    found = calibration_by_date(rows)
    assert found["n"][0] == 1_000
    assert found.equals(calibration_by_date(rows.filter(~pl.col("treated")).drop("treated")))


def test_a_drift_that_changes_the_list_does():
    found = verdict(features=FEATURES.with_columns(changed=pl.lit(0.3)))
    assert found.retrain
    assert found.reasons[0].values == {"feature": "silence", "changed": 0.3}


def test_lists_that_miss_their_churners_do():
    rng, parts = np.random.default_rng(4), []
    for k in range(3):
        listed = a_list(400, k, list_id=f"l{k}", day=START + timedelta(days=k))
        worse = listed.with_columns(probability=pl.col("probability") * 1.8)
        parts.append(settled(listed, lived(worse, rng)))
    assert verdict(settled=pl.concat(parts)).retrain
    # as long as they are settled in part, they may still catch up
    assert not verdict(settled=pl.concat(parts).with_columns(shown=pl.lit(0.5))).retrain


def test_answers_that_fail_to_come_are_to_look_at():
    found = verdict(responses=response_drift(surveys(0.35, 0.2), START))
    assert not found.retrain
    assert [reason.weight for reason in found.reasons] == ["watch"]


def test_a_change_too_small_to_matter_is_none_however_sure():
    found = response_drift(surveys(0.30, 0.27, n=60_000), START)
    assert found["high"][0] < 0
    assert not found["drifted"][0]
