"""Lists that are honest keep their promise as often as they say."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from lealtad.base.errors import TooLittleDataError
from lealtad.monitoring import compute_promises, compute_shown_share, compute_timing, settle_lists

pytestmark = pytest.mark.slow

DAY = datetime(2026, 1, 5, tzinfo=UTC)


def make_list(n: int, seed: int, *, list_id: str = "l", held: float = 0.3, day: datetime = DAY) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    p, saved, value = rng.beta(2, 8, n), rng.uniform(-0.1, 0.5, n), rng.uniform(50, 300, n)
    return pl.DataFrame(
        {
            "list_id": list_id,
            "as_of": pl.Series([day] * n, dtype=pl.Datetime("us", "UTC")),
            "campaign_id": "c",
            "customer_id": [f"{list_id}{k}" for k in range(n)],
            "arm": np.where(rng.random(n) < held, "holdout", "treated"),
            "probability": p,
            "low": p,
            "high": p,
            "value_at_stake": value,
            "saved": saved,
            "saved_low": saved,
            "saved_high": saved,
            "expected_gain": p * saved * value - 2.0,
        }
    )


def draw_outcomes(listed: pl.DataFrame, rng: np.random.Generator, share: float = 1.0) -> pl.DataFrame:
    """What happens if every number of the list is true; of those who leave, a share has left so far."""
    p = listed["probability"].to_numpy()
    treated = (listed["arm"] == "treated").to_numpy()
    left = rng.random(listed.height) < share * p * (1 - treated * listed["saved"].to_numpy())
    return listed.select("customer_id", "as_of").with_columns(observed=pl.Series(left))


def get_total(settlement: pl.DataFrame, measure: str) -> dict:
    return settlement.filter(group=0, measure=measure).row(0, named=True)


def test_deciles_add_up_to_the_whole():
    found = compute_promises(make_list(500, 1))
    parts = found.filter(pl.col("group") > 0).group_by("measure").agg(pl.col("expected", "n").sum())
    for row in parts.iter_rows(named=True):
        all_of_it = found.filter(group=0, measure=row["measure"]).row(0, named=True)
        assert row["expected"] == pytest.approx(all_of_it["expected"])
        assert row["n"] == all_of_it["n"] == 500
    gains = found.filter(pl.col("group") > 0, measure="profit").sort("group")["n"]
    assert gains.to_list() == [50] * 10


def test_certain_numbers_leave_only_chance():
    row = compute_promises(make_list(400, 2)).filter(group=0, measure="churners").row(0, named=True)
    assert row["high"] - row["low"] == pytest.approx(0, abs=1e-6)
    one = make_list(400, 2)
    leaves = one["probability"] * (1 - one["saved"] * (one["arm"] == "treated"))
    spread = float((leaves * (1 - leaves)).sum()) ** 0.5
    assert row["most"] - row["least"] == pytest.approx(2 * 1.96 * spread, rel=0.12)


def test_no_bound_of_a_count_lies_beyond_what_can_be_counted():
    row = compute_promises(make_list(6, 5)).filter(group=0, measure="churners").row(0, named=True)
    assert row["least"] == 0.0
    assert row["most"] <= 6


def test_an_ended_list_is_held_to_what_it_promised_then():
    listed = make_list(400, 6)
    then = compute_promises(listed).with_columns(pl.col("expected", "low", "high", "least", "most") * 2 + 1)
    happened = draw_outcomes(listed, np.random.default_rng(1))
    kept = settle_lists(listed, happened, promises=then)
    assert kept["promised"].to_list() == then["expected"].to_list()
    # where outcomes lack, the promise of the others is worked out
    some = settle_lists(listed, happened.head(300), promises=then)
    alone = settle_lists(listed, happened.head(300))
    assert get_total(some, "saves")["promised"] == get_total(alone, "saves")["promised"]


def test_unsure_probabilities_and_effects_widen_the_promise():
    sure = make_list(400, 3)
    unsure = sure.with_columns(
        low=pl.col("probability") * 0.8,
        high=pl.col("probability") * 1.2,
        saved_low=pl.col("saved") - 0.2,
        saved_high=pl.col("saved") + 0.2,
    )
    one, other = (get_total(compute_promises(rows), "saves") for rows in (sure, unsure))
    assert other["high"] - other["low"] > 10 * (one["high"] - one["low"] + 1e-6)
    # γ may be 0.2 higher for all of the treated alike
    treated = sure.filter(pl.col("arm") == "treated")["probability"].sum()
    assert other["high"] - other["expected"] >= 0.2 * treated * 0.95


def test_an_honest_list_covers_what_is_counted_at_the_stated_rate():
    """95 % of 100 lists: within three standard errors (2.2 % each), and a little over for whole numbers."""
    rng, covered = np.random.default_rng(4), 0
    for seed in range(100):
        listed = make_list(150, 1000 + seed)
        covered += get_total(settle_lists(listed, draw_outcomes(listed, rng)), "churners")["kept"]
    assert 0.88 <= covered / 100 <= 1


def test_delivered_saves_are_unbiased_and_cover_the_truth_at_the_stated_rate():
    rng, covered, off = np.random.default_rng(5), 0, []
    listed = make_list(600, 6)
    truth = (listed["probability"] * listed["saved"]).filter(listed["arm"] == "treated").sum()
    worth = (listed["probability"] * listed["saved"] * listed["value_at_stake"] - 2.0).filter(
        listed["arm"] == "treated"
    )
    profits = []
    for _ in range(40):
        done = settle_lists(listed, draw_outcomes(listed, rng))
        row = get_total(done, "saves")
        covered += row["low"] <= truth <= row["high"]
        off.append(row["delivered"] - truth)
        profits.append(get_total(done, "profit")["delivered"] - worth.sum())
    assert covered >= 34  # P(X < 34) = 0.3 % where each is covered with .95
    assert abs(np.mean(off)) < 3 * np.std(off) / 40**0.5
    assert abs(np.mean(profits)) < 3 * np.std(profits) / 40**0.5


def test_a_model_that_is_off_in_level_does_not_pass_for_an_effect():
    """Twice the probabilities, no effect: the holdout shows the same excess, so nothing was saved."""
    rng = np.random.default_rng(7)
    truth = make_list(1_000, 8).with_columns(saved=pl.lit(0.0))
    boasting = truth.with_columns(probability=pl.col("probability") * 2)
    found = [get_total(settle_lists(boasting, draw_outcomes(truth, rng)), "saves")["delivered"] for _ in range(40)]
    assert abs(np.mean(found)) < 3 * np.std(found) / 40**0.5


def test_settled_in_part_is_unbiased_when_the_timing_is_right():
    rng, share, gaps = np.random.default_rng(9), 0.4, []
    listed = make_list(600, 10)
    kept = 0
    for _ in range(40):
        row = get_total(settle_lists(listed, draw_outcomes(listed, rng, share), shown=share), "churners")
        gaps.append(row["delivered"] - row["promised"])
        kept += row["kept"]
    assert abs(np.mean(gaps)) < 3 * np.std(gaps) / 40**0.5
    assert kept >= 34


def test_unknown_outcomes_count_on_neither_side():
    listed = make_list(600, 11)
    happened = draw_outcomes(listed, np.random.default_rng(12))
    some = happened.with_columns(
        pl.when(pl.int_range(pl.len()) % 2 == 0).then("observed").alias("observed"),
    )
    assert settle_lists(listed, some).equals(settle_lists(listed[::2], happened))


def test_lists_of_a_campaign_are_settled_together():
    rng = np.random.default_rng(13)
    lists = pl.concat([make_list(300, k, list_id=f"l{k}", day=DAY + timedelta(days=7 * k)) for k in range(3)])
    happened = draw_outcomes(lists, rng)
    each, all_of_them = settle_lists(lists, happened), settle_lists(lists, happened, together=True)
    for measure in ("churners", "saves"):
        parts = each.filter(group=0, measure=measure)
        row = get_total(all_of_them, measure)
        assert row["promised"] == pytest.approx(parts["promised"].sum())
        assert row["delivered"] == pytest.approx(parts["delivered"].sum())
        assert row["list_id"] is None
    # one campaign-wide holdout: the sum is surer than the parts
    saves = each.filter(group=0, measure="saves")
    assert (
        get_total(all_of_them, "saves")["high"] - get_total(all_of_them, "saves")["low"]
        < (saves["high"] - saves["low"]).sum()
    )


def test_without_a_holdout_nobody_knows_who_was_saved():
    listed = make_list(200, 14, held=0.0)
    row = get_total(settle_lists(listed, draw_outcomes(listed, np.random.default_rng(1))), "saves")
    assert row["delivered"] is None
    assert row["kept"] is None


def test_timing_needs_leavers_and_never_falls():
    curve = compute_timing(pl.DataFrame({"days": [28, 7, 14], "left": [40, 10, 9]}))
    assert curve["share"].to_list() == [0.0, 0.25, 0.25, 1.0]
    assert compute_shown_share(curve, 21) == pytest.approx(0.625)
    assert compute_shown_share(curve, 90) == 1.0
    with pytest.raises(TooLittleDataError, match="at least 25, found 3"):
        compute_timing(pl.DataFrame({"days": [28], "left": [3]}))
