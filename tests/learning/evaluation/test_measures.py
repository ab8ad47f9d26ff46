"""Each measure against a value derived by hand, a law, or scikit-learn's own."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from lealtad.base.errors import SettingsError
from lealtad.learning.evaluation import (
    Economics,
    compute_calibration_line,
    compute_comparison,
    compute_empc,
    compute_intervals,
    compute_lift,
    compute_metrics,
    compute_metrics_by,
    compute_profit_curve,
    compute_worst,
    plot_metric_by,
    plot_profit_curve,
)
from lealtad.learning.evaluation.metrics import compute_measures
from lealtad.learning.evaluation.ranked import RankedScores


def noisy(seed, n=500):
    rng = np.random.default_rng(seed)
    p = rng.choice([0.05, 0.1, 0.2, 0.4, 0.7], n)
    return (rng.random(n) < p).astype(int), p


@given(st.integers(0, 10_000))
def test_measures_that_scikit_learn_knows_are_the_same(seed):
    y, p = noisy(seed, 60)
    if not 0 < y.sum() < len(y):
        return
    found = compute_metrics(y, p)
    assert found["auc"] == pytest.approx(roc_auc_score(y, p))
    assert found["pr_auc"] == pytest.approx(average_precision_score(y, p))
    assert found["brier"] == pytest.approx(brier_score_loss(y, p))
    assert found["log_loss"] == pytest.approx(log_loss(y, p))


@given(st.integers(0, 10_000), st.randoms())
def test_no_measure_depends_on_the_order_of_rows(seed, random):
    y, p = noisy(seed, 80)
    y[:2] = 0, 1
    order = list(range(len(y)))
    random.shuffle(order)
    one, other = compute_metrics(y, p, capacity=7), compute_metrics(y[order], p[order], capacity=7)
    assert one == pytest.approx(other, nan_ok=True)


@given(st.integers(0, 10_000))
def test_a_weight_of_two_is_the_row_twice(seed):
    y, p = noisy(seed, 60)
    y[:2] = 0, 1
    times = np.random.default_rng(seed).integers(1, 3, len(y))
    weighted = compute_measures(RankedScores.from_scores(y, p, times[None, :].astype(float)), 0.2, Economics())
    repeated = compute_measures(
        RankedScores.from_scores(np.repeat(y, times), np.repeat(p, times)), 0.2, Economics()
    )
    for name, value in repeated.items():
        assert weighted[name][0] == pytest.approx(value[0], nan_ok=True), name


def test_the_calibration_line_is_the_maximum_likelihood_line():
    y, p = noisy(3)
    odds = np.log(p / (1 - p))
    line = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(odds[:, None], y)
    slope, intercept = compute_calibration_line(y, p)
    assert slope == pytest.approx(line.coef_[0, 0], rel=1e-4)
    assert intercept == pytest.approx(line.intercept_[0], abs=1e-4)


def test_scores_that_separate_the_outcomes_have_no_line():
    assert np.isnan(compute_calibration_line([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])).all()
    assert np.isnan(compute_calibration_line([0, 1], [0.5, 0.5])).all()


def test_brier_skill_by_hand():
    # rate 1/2, so that saying the rate costs .25; here (.04 + .04 + .04 + .36) / 4 = .12 → 1 − .12/.25 = .52
    assert compute_metrics([0, 0, 1, 1], [0.2, 0.2, 0.8, 0.4])["brier_skill"] == pytest.approx(0.52)


def test_saying_the_observed_rate_has_no_skill():
    y, _ = noisy(4)
    assert compute_metrics(y, np.full(len(y), y.mean()))["brier_skill"] == pytest.approx(0)


def test_capacity_by_hand():
    # the two first hold one of two leavers: precision 1/2, recall 1/2, lift (1/2) / (2/5) = 1.25
    found = compute_metrics([1, 0, 1, 0, 0], [0.9, 0.8, 0.3, 0.2, 0.1], capacity=2)
    assert found["precision_at_capacity"] == pytest.approx(0.5)
    assert found["recall_at_capacity"] == pytest.approx(0.5)
    assert found["lift_at_capacity"] == pytest.approx(1.25)


def test_break_even_and_profit_by_hand():
    # V=200, d=10, f=1, γ=.3: (10 + 1) / (.3·190 + 10) = 11/67; at it, contacting earns nothing
    money = Economics()
    assert money.break_even == pytest.approx(11 / 67)
    assert money.profit(money.break_even) == pytest.approx(0)


def test_empc_of_the_paper_and_by_numerical_integration():
    y, p = noisy(7, 200)
    money = Economics()

    def best(gamma):
        order = np.argsort(-p, kind="stable")
        gains = np.where(y[order] == 1, gamma * 190 - 1, -11.0)
        ends = np.append(np.flatnonzero(np.diff(p[order])), len(y) - 1)
        return max(0.0, np.cumsum(gains)[ends].max() / len(y)) * beta.pdf(gamma, 6, 14)

    assert compute_empc(y, p, money)[0] == pytest.approx(quad(best, 0, 1, limit=200)[0], rel=1e-4)
    golden = compute_empc([0, 1, 0, 1, 0, 1, 0, 1], [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.8, 0.9])
    assert golden == (pytest.approx(23.8755934, abs=1e-7), pytest.approx(0.87437, abs=1e-5))


def test_empc_asks_only_for_the_order():
    y, p = noisy(8)
    assert compute_empc(y, p)[0] == pytest.approx(compute_empc(y, p**3)[0])


def test_profit_of_everybody_is_the_sum_and_the_best_list_ends_at_break_even():
    rng = np.random.default_rng(9)
    p = rng.random(400)
    y = rng.random(400) < p
    money = Economics()
    curve = compute_profit_curve(y, p, money)
    assert curve["realised"][-1] == pytest.approx(money.profit(y).sum())
    longest = curve.row(int(curve["expected"].arg_max()), named=True)["contacted"]
    assert longest == (p > money.break_even).sum()


def test_what_the_probabilities_promise_is_paid_where_they_are_true():
    rng = np.random.default_rng(10)
    p = rng.beta(1, 4, 100_000)
    found = compute_metrics(rng.random(100_000) < p, p)
    assert found["realised_profit"] == pytest.approx(found["expected_profit"], abs=1.0)


def test_a_customer_of_more_value_comes_first():
    curve = compute_profit_curve([1, 1], [0.5, 0.5], value=[100.0, 400.0])
    # .5·.3·390 − .5·10 − 1 = 52.5 before .5·.3·90 − .5·10 − 1 = 7.5
    assert curve["expected"].to_list() == pytest.approx([52.5, 60.0])


def test_money_that_cannot_be_is_refused():
    with pytest.raises(SettingsError, match="value > offer_cost"):
        Economics(value=5, offer_cost=10)


def test_draws_at_once_are_the_draws_one_by_one():
    y, p = noisy(11, 300)
    customers = np.repeat(np.arange(100), 3)
    ends = compute_intervals(y, p, customers, seed=1, repeats=50)
    rng = np.random.default_rng(1)
    drawn = []
    for _ in range(50):
        rows = np.concatenate([3 * one + np.arange(3) for one in rng.integers(100, size=100)])
        drawn.append(compute_metrics(y[rows], p[rows]))
    for name in ("auc", "brier", "slope", "empc", "realised_profit"):
        low, high = np.quantile([draw[name] for draw in drawn], [0.025, 0.975])
        assert ends[name] == (pytest.approx(low), pytest.approx(high)), name


def test_no_value_is_told_with_an_interval_that_leaves_it_out():
    # true probabilities: resampling adds noise to the calibration error, and nothing to what is linear
    rng = np.random.default_rng(14)
    p = rng.beta(1, 6, 4000)
    table = compute_comparison(rng.random(4000) < p, {"true": p}, range(4000), seed=1)
    bounded = table.drop_nulls("low")
    assert bounded.filter(~pl.col("value").is_between("low", "high"))["metric"].to_list() == []
    assert set(table["metric"]) - set(bounded["metric"]) == {"ece"}


def test_the_worst_group_is_found_for_every_measure():
    y, p = noisy(12, 900)
    by = np.repeat(["a", "b", "c"], 300)
    flat = np.where(by == "b", 0.5, p)
    worst = compute_worst(compute_metrics_by(by, y, flat))
    assert set(worst.filter(pl.col("metric").is_in(["auc", "brier", "log_loss", "ece"]))["by"]) == {"b"}
    assert worst.filter(pl.col("metric") == "auc")["value"].item() == 0.5


def test_models_are_compared_on_the_same_draws():
    y, p = noisy(13)
    table = compute_comparison(y, {"one": p, "same": p, "none": np.full(len(p), 0.2)}, range(500), seed=1)
    one, same = (table.filter(pl.col("name") == name).drop("name") for name in ("one", "same"))
    assert one.equals(same, null_equal=True)
    found = table.filter(pl.col("metric") == "auc")
    assert ((found["low"] <= found["value"]) & (found["value"] <= found["high"])).all()


def test_a_tenth_of_rows_is_the_capacity_where_none_is_given():
    y, p = noisy(14)
    found = compute_metrics(y, p)
    assert found["lift_at_capacity"] == found["lift_top_decile"] == pytest.approx(compute_lift(y, p))


def test_charts_draw_what_was_computed():
    y, p = noisy(15)
    words = {"title": "t", "x": "x", "y": "y", "expected": "e", "realised": "r"}
    curve = compute_profit_curve(y, p)
    (axes,) = plot_profit_curve(curve, words=words).axes
    assert axes.lines[2].get_ydata()[-1] == curve["realised"][-1]
    by = compute_metrics_by(np.repeat([1, 2], 250), y, p)
    (axes,) = plot_metric_by(by, "auc", words=words).axes
    assert list(axes.lines[0].get_ydata()) == by["auc"].to_list()
