"""Metrics are held to laws and to values derived by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.learning.evaluation import (
    compute_calibration,
    compute_ece,
    compute_intervals,
    compute_lift,
    compute_lift_curve,
    compute_metrics,
    compute_metrics_by,
)


@st.composite
def predictions(draw):
    n = draw(st.integers(4, 60))
    p = draw(st.lists(st.sampled_from([0.05, 0.1, 0.3, 0.3, 0.7, 0.9]), min_size=n, max_size=n))
    y = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    y[0], y[1] = 0, 1
    return np.array(y), np.array(p)


@given(predictions(), st.randoms())
def test_row_order_changes_no_metric_not_even_among_ties(rows, random):
    y, p = rows
    order = list(range(len(y)))
    random.shuffle(order)
    one, other = compute_metrics(y, p), compute_metrics(y[order], p[order])
    for name in ("auc", "pr_auc", "brier", "lift_top_decile"):
        assert one[name] == pytest.approx(other[name])


@given(predictions())
def test_a_ranking_that_says_nothing_has_lift_one(rows):
    y, p = rows
    assert compute_lift(y, np.full(len(p), 0.5)) == pytest.approx(1)
    assert compute_lift_curve(y, p)["reached"][-1] == pytest.approx(1)


def test_lift_by_hand():
    # ten customers, two churners ranked 1st and 4th; the first fifth holds one of two: (1/2) / 0.2 = 2.5
    y = np.array([1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    assert compute_lift(y, np.linspace(1, 0, 10), share=0.2) == pytest.approx(2.5)
    # a tie of four across the cut at two holds both churners: half of them is expected above it, (2·2/4 / 2) / 0.2
    assert compute_lift(y, np.array([0.9] * 4 + [0.1] * 6), share=0.2) == pytest.approx(2.5)


def test_calibration_error_by_hand():
    # two bins of two: predicted .2 against 0, predicted .8 against .5 → (.2 + .3) / 2
    assert compute_ece([0, 0, 0, 1], [0.2, 0.2, 0.8, 0.8], bins=2) == pytest.approx(0.25)


@given(st.integers(0, 1000))
def test_probabilities_that_are_the_truth_are_calibrated(seed):
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 6, 20_000)
    table = compute_calibration(rng.random(20_000) < p, p)
    covered = (table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])
    assert covered.sum() >= 6  # of ten intervals at 95 %


def test_intervals_cover_the_truth_and_are_wider_for_repeated_customers():
    rng = np.random.default_rng(4)
    p = np.repeat(rng.beta(1, 5, 300), 8)
    y = np.repeat(rng.random(300) < p[::8], 8)  # a customer's eight rows say the same
    rows = compute_intervals(y, p, np.arange(2400), seed=1)["brier"]
    customers = compute_intervals(y, p, np.repeat(np.arange(300), 8), seed=1)["brier"]
    assert customers[1] - customers[0] > 2 * (rows[1] - rows[0])
    truth = float((p * (1 - p)).mean())
    assert customers[0] < truth < customers[1]


def test_metrics_of_groups_recombine_to_the_whole():
    rng = np.random.default_rng(5)
    p, by = rng.random(400), rng.integers(0, 3, 400)
    y = rng.random(400) < p
    groups = compute_metrics_by(by, y, p)
    whole = compute_metrics(y, p)["brier"]
    assert (groups["brier"] * groups["n"]).sum() / groups["n"].sum() == pytest.approx(whole)


def test_one_outcome_alone_has_no_ranking():
    metrics = compute_metrics([0, 0, 0], [0.1, 0.2, 0.3])
    assert np.isnan([metrics["auc"], metrics["pr_auc"], metrics["lift_top_decile"]]).all()
    assert metrics["brier"] == pytest.approx((0.01 + 0.04 + 0.09) / 3)
