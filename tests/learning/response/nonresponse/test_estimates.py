"""The NPS of a base: golden values derived by hand, the laws of the estimators, and simulated truth."""

import numpy as np
import polars as pl
import pytest
from scipy.special import expit

from lealtad.base.errors import DataError
from lealtad.learning.response.nonresponse import NO_TILT, Tilt, compute_base_nps, learn_tilt, plot_base_nps


def base(  # noqa: PLR0913 - a column each
    score, answer=1.0, promoter=0.5, detractor=0.2, *, customer=None, invited=True
):
    n = len(score)
    return pl.DataFrame(
        {
            "customer_id": customer or [f"c{i:06d}" for i in range(n)],
            "invited": np.broadcast_to(invited, n),
            "score": pl.Series(score, dtype=pl.Float64, strict=False),
            "answer_probability": np.broadcast_to(np.asarray(answer, float), n),
            "promoter_probability": np.broadcast_to(np.asarray(promoter, float), n),
            "detractor_probability": np.broadcast_to(np.asarray(detractor, float), n),
        }
    )


def value(rows, name, tilt=NO_TILT):
    return compute_base_nps(rows, tilt).filter(pl.col("estimate") == name).row(0, named=True)


def world(n, seed, delta=0.0):
    """Customers whose x moves answering and liking; delta lets the side itself move answering."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=n)
    p, d = 0.1 + 0.5 * expit(x), 0.3 * expit(-x)
    draw = rng.random(n)
    side = np.where(draw < p, 1, np.where(draw < p + d, -1, 0))
    answered = rng.random(n) < expit(-1 + 0.7 * x + delta * side)
    score = np.where(answered, np.select([side == 1, side == -1], [9.0, 3.0], 7.0), np.nan)
    truth = 100 * side.mean()
    rows = base(pl.Series(score).fill_nan(None), expit(-1 + 0.7 * x), p, d)
    return rows, side, truth, x


def test_values_by_hand():
    # weights of the answers 10, 7, 2: 1/.5, 1/.25, 1/.25 = 2, 4, 4; the silent two are asked as well
    rows = base([10, 7, 2, None, None], [0.5, 0.25, 0.25, 0.5, 0.5], 0.4, 0.2)
    assert value(rows, "naive")["value"] == pytest.approx(0.0)  # one promoter, one detractor
    assert value(rows, "ipw")["value"] == pytest.approx(100 * (2 - 4) / 10)
    # expected of everybody: 20; the answers depart from it by 80, -20, -120: (2*80 - 4*20 - 4*120)/10 = -40
    assert value(rows, "doubly_robust")["value"] == pytest.approx(20 - 40)
    # worst: (100 + 0 - 100 - 200)/5, best: (100 + 0 - 100 + 200)/5
    bounds = value(rows, "bounds")
    assert (bounds["value"], bounds["low"], bounds["high"]) == (None, -40.0, 40.0)


def test_the_interval_of_the_naive_estimate_is_that_of_the_kpi():
    # kpis.md: 300 promoters, 200 passives, 100 detractors: 33.33, SE 3.04
    row = value(base([10] * 300 + [7] * 200 + [1] * 100), "naive")
    assert row["value"] == pytest.approx(33.33, abs=0.005)
    assert (row["high"] - row["low"]) / (2 * 1.959964) == pytest.approx(3.04, abs=0.005)


def test_the_tilt_by_hand():
    # nobody answers half of the time; p = d = .5; odds e^-δ = 1/2 for promoters and 2 for detractors:
    # the silent are expected at 100 (.25 - 1)/(.25 + 1) = -60, those who answer at 0; half and half: -30
    tilt = Tilt(float(np.log(2)), 0.0, 0)
    rows = base([10, 1, None, None], 0.5, 0.5, 0.5)
    # ω = 1 + .5/1.25 = 1.4 and 1 + 2/1.25 = 2.6; Σω(y + 60)/Σω = (1.4*160 - 2.6*40)/4 = 30; m₀ - q = -30
    assert value(rows, "tilted", tilt)["value"] == pytest.approx(-30 + 30 - 30)


def test_where_everybody_answers_all_estimates_are_the_same():
    rng = np.random.default_rng(3)
    rows = base(rng.integers(0, 11, 200), 1.0, rng.random(200) / 2, rng.random(200) / 2)
    found = compute_base_nps(rows, Tilt(0.4, 0.1, 9))
    values = found["value"].drop_nulls().to_list()
    assert values == pytest.approx([values[0]] * 4)
    assert found.filter(pl.col("estimate") == "bounds").select("low", "high").row(0) == pytest.approx(
        [values[0]] * 2
    )


def test_where_all_answer_alike_weighing_changes_nothing():
    rows = base([10, 9, 3, 7, None, None], 0.3)
    assert value(rows, "ipw")["value"] == pytest.approx(value(rows, "naive")["value"])


def test_no_tilt_is_doubly_robust_and_bounds_hold_every_estimate():
    rows, *_ = world(3000, 1)
    found = compute_base_nps(rows)
    values = dict(found.select("estimate", "value").iter_rows())
    assert values["tilted"] == values["doubly_robust"]
    low, high = found.filter(pl.col("estimate") == "bounds").select("low", "high").row(0)
    assert all(low <= number <= high for number in values.values() if number is not None)


def test_doubly_robust_is_right_when_either_model_is():
    wrong = {"answer": 0, "liking": 0, "both": 0, "naive": 0}
    for seed in range(20):
        rows, _, truth, _ = world(4000, seed)
        flat = pl.lit(0.3).alias("answer_probability")
        same = [pl.lit(0.35).alias("promoter_probability"), pl.lit(0.15).alias("detractor_probability")]
        estimates = {
            "answer": value(rows.with_columns(flat), "doubly_robust"),
            "liking": value(rows.with_columns(same), "doubly_robust"),
            "both": value(rows.with_columns(flat, *same), "doubly_robust"),
            "naive": value(rows, "naive"),
        }
        for name, row in estimates.items():
            wrong[name] += not row["low"] <= truth <= row["high"]
    assert wrong["answer"] <= 3
    assert wrong["liking"] <= 3
    assert wrong["both"] >= 15
    assert wrong["naive"] >= 15


def test_the_tilted_estimate_covers_where_the_side_itself_moves_answering():
    missed = {"tilted": 0, "doubly_robust": 0}
    for seed in range(20):
        rows, side, truth, x = world(6000, 100 + seed, delta=0.5)
        answered = rows["score"].is_not_null().to_numpy()
        # the nuisances as they can be learned: of those who answer, and of answering by x alone
        rng = np.random.default_rng(seed)
        p, d = rows["promoter_probability"].to_numpy(), rows["detractor_probability"].to_numpy()
        odds = np.column_stack(
            [p * expit(-0.5 + 0.7 * x), (1 - p - d) * expit(-1 + 0.7 * x), d * expit(-1.5 + 0.7 * x)]
        )
        e = odds.sum(axis=1)
        learned = rows.with_columns(
            pl.Series("answer_probability", e),
            pl.Series("promoter_probability", odds[:, 0] / e),
            pl.Series("detractor_probability", odds[:, 2] / e),
        )
        some = rng.random(len(e)) < 0.4
        tilt = learn_tilt(answered[some], e[some], side[some])
        for name in missed:
            row = value(learned, name, tilt)
            missed[name] += not row["low"] <= truth <= row["high"]
    assert missed["tilted"] <= 4
    assert missed["doubly_robust"] >= 15


def test_rows_of_one_customer_count_as_one_draw():
    once = value(base([10, 3, 8, 9]), "naive")
    twice = value(base([10, 3, 8, 9] * 2, customer=list("abcd") * 2), "naive")
    assert (twice["low"], twice["high"]) == pytest.approx((once["low"], once["high"]))


def test_row_order_changes_nothing_but_the_last_answer_of_the_bounds():
    rows, *_ = world(500, 2)
    shuffled = rows.sample(fraction=1, shuffle=True, seed=4)
    for name in ("value", "low", "high"):
        one, other = compute_base_nps(rows)[name].to_list(), compute_base_nps(shuffled)[name].to_list()
        assert one == pytest.approx(other)


def test_the_bounds_count_the_last_answer_of_a_customer():
    rows = base([2, 10, None], customer=["a", "a", "b"])
    bounds = value(rows, "bounds")
    assert (bounds["low"], bounds["high"]) == (0.0, 100.0)


def test_nobody_who_was_not_asked_is_weighed_but_all_count():
    # asked: 10 and silence; not asked: one of whom -100 is expected. m = 100, 100, -100: mean 33.3
    rows = base([10, None, None], 0.5, [1, 1, 0], [0, 0, 1], invited=[True, True, False])
    assert value(rows, "doubly_robust")["value"] == pytest.approx(100 / 3)


def test_weights_are_trimmed_and_said():
    row = value(base([10, 0], [0.001, 1.0]), "ipw")
    assert row["trimmed"] == 1
    assert row["value"] == pytest.approx(100 * (50 - 1) / 51)


def test_no_answer_gives_null_and_never_zero():
    found = compute_base_nps(base([None, None], 0.2))
    assert found["n"].to_list() == [0] * 5
    assert found.select("value", "low", "high").null_count().row(0) == (5, 5, 5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (pl.lit(None, pl.Float64).alias("answer_probability"), "answer_probability"),
        (pl.lit(1.5).alias("promoter_probability"), "promoter_probability"),
        (pl.lit(value=False).alias("invited"), "invited"),
    ],
)
def test_a_base_that_cannot_be_is_refused(change, message):
    with pytest.raises(DataError, match=message):
        compute_base_nps(base([10, None]).with_columns(change))
    with pytest.raises(DataError, match="score"):
        compute_base_nps(base([10]).drop("score"))


def test_nothing_is_learned_of_a_tilt_where_nothing_differs():
    assert learn_tilt([True, True], [0.5, 0.5], [1, -1]) == Tilt(0.0, 0.0, 2)
    assert learn_tilt([], [], []) == NO_TILT


def test_the_chart_shows_every_estimate_that_has_numbers():
    words = {"title": "NPS of all customers", "x": "points", "naive": "answers alone"}
    axes = plot_base_nps(compute_base_nps(base([10, 3, None], 0.5)), words=words).axes[0]
    assert axes.get_yticklabels()[0].get_text() == "answers alone"
    assert len(axes.get_yticklabels()) == 5
    empty = plot_base_nps(compute_base_nps(base([None])), words=words)
    assert not empty.axes[0].get_yticklabels()


def test_each_estimate_says_on_what_it_depends():
    for rows in (base([10, 3, None], 0.5), base([None])):
        assumptions = dict(compute_base_nps(rows).select("estimate", "identified").iter_rows())
        assert assumptions["naive"] == "answering_is_random"
        assert (assumptions["tilted"], assumptions["bounds"]) == ("opinions_last", "opinions_last")
