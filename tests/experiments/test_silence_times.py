"""Churn by silence has a day too: where the first silence of a whole horizon began."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.company.outcome_definition import Inactivity
from lealtad.examples.outcomes.inactivity import compute_inactivity
from lealtad.experiments.decay import count_weeks, judge_survival
from lealtad.experiments.decay.silence_times import compute_silence_times

START = datetime(2026, 1, 1, tzinfo=UTC)
LABEL = Inactivity(horizon_days=28, alive_days=56)


def day(number):
    return START + timedelta(days=number)


def orders(customer, *days):
    moments = [day(number) for number in days]
    return pl.DataFrame({"customer_id": [customer] * len(days), "ordered_at": moments, "known_at": moments})


def times(rows, end, as_of=60):
    return compute_silence_times(rows, [day(as_of)], LABEL, day(end)).select("churned_after_days", "followed_days")


def test_churn_is_dated_by_the_beginning_of_the_first_long_silence():
    """Orders on days 70 and 80, then none until 120: the silence began 20 days after day 60."""
    rows = orders("a", 50, 70, 80, 120)
    assert times(rows, 150).row(0) == (20.0, 62.0)


def test_who_never_buys_again_churned_on_the_day_itself():
    assert times(orders("a", 50), 150).row(0) == (0.0, 62.0)


def test_a_silence_that_may_still_be_broken_is_not_known():
    """The last order on day 100, the data end on day 120: 20 days are no silence of 28 yet."""
    assert times(orders("a", 50, 70, 90, 100), 120).row(0) == (None, 32.0)
    assert times(orders("a", 50, 70, 90, 100), 128).row(0) == (40.0, 40.0)


def test_nothing_is_known_before_a_horizon_is_over():
    assert times(orders("a", 50), 70).row(0) == (None, 0.0)


def test_who_was_not_active_is_no_customer_then():
    assert times(orders("a", 1), 150).is_empty()


def draw_orders(seed, customers=400, until=200):
    rng = np.random.default_rng(seed)
    parts = [orders(f"c{k}", *np.sort(rng.uniform(0, until, rng.integers(1, 12)))) for k in range(customers)]
    return pl.concat(parts)


def test_churn_on_day_0_is_what_the_model_predicts():
    rows = draw_orders(1)
    dates = [day(60), day(100)]
    mine = compute_silence_times(rows, dates, LABEL, day(200)).with_columns(pl.col("churned_after_days") == 0)
    model = compute_inactivity(rows, dates, LABEL, day(200)).sort("customer_id", "as_of")
    assert (
        mine.sort("customer_id", "as_of")["churned_after_days"]
        .fill_null(value=False)
        .equals(model["observed"], check_names=False)
    )


@pytest.mark.parametrize("shift", [0, 7])
def test_order_of_rows_and_later_data_change_nothing_that_was_known(shift):
    rows = draw_orders(2)
    whole = compute_silence_times(rows, [day(60)], LABEL, day(200))
    assert compute_silence_times(
        rows.sample(fraction=1.0, shuffle=True, seed=1), [day(60)], LABEL, day(200)
    ).equals(whole)
    earlier = compute_silence_times(rows, [day(60)], LABEL, day(150 + shift))
    known = earlier.filter(pl.col("churned_after_days").is_not_null())
    later = known.join(whole, on=["customer_id", "as_of"])
    assert later.height > 50
    assert later["churned_after_days"].equals(later["churned_after_days_right"], check_names=False)


def test_a_voucher_that_only_brings_one_order_forward_is_delayed():
    """The treated order once more after three weeks and stop all the same."""
    rng, customers = np.random.default_rng(3), 3_000
    stops, gets = rng.random(customers) < 0.3, np.arange(customers) % 2 == 0
    lasting = np.arange(50.0, 220.0, 14.0)
    days = [
        lasting if not s else [50.0, 80.0] if g and rng.random() < 0.7 else [50.0]
        for s, g in zip(stops, gets, strict=True)
    ]
    who = [f"c{k}" for k, mine in enumerate(days) for _ in mine]
    moments = [day(number) for mine in days for number in mine]
    rows = pl.DataFrame({"customer_id": who, "ordered_at": moments, "known_at": moments})
    stayed = compute_silence_times(rows, [day(60)], LABEL, day(200))
    arms = pl.DataFrame({"customer_id": [f"c{k}" for k in range(customers)], "treated": gets})
    verdict = judge_survival(count_weeks(stayed.join(arms, on="customer_id"), 8))
    assert verdict.kind == "delayed"
    assert verdict.peak_week in {1, 2}
