"""Every measure refuses outcomes, probabilities and groups that are none, and no order of rows matters."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.base.errors import DataError, SettingsError
from lealtad.learning.evaluation import (
    compute_calibration,
    compute_calibration_line,
    compute_comparison,
    compute_contacted_profit,
    compute_ece,
    compute_empc,
    compute_intervals,
    compute_lift,
    compute_lift_curve,
    compute_metrics,
    compute_metrics_by,
    compute_profit_curve,
)

MEASURES = {
    "calibration": compute_calibration,
    "calibration line": compute_calibration_line,
    "ece": compute_ece,
    "empc": compute_empc,
    "lift": compute_lift,
    "lift curve": compute_lift_curve,
    "metrics": compute_metrics,
    "profit curve": compute_profit_curve,
    "metrics by": lambda y, p: compute_metrics_by(["a"] * len(y), y, p),
    "intervals": lambda y, p: compute_intervals(y, p, range(len(y)), seed=1, repeats=2),
    "comparison": lambda y, p: compute_comparison(y, {"m": p}, range(len(y)), seed=1, repeats=2),
    "contacted": lambda y, p: compute_contacted_profit(
        y, {"m": p}, [1] * len(y), range(len(y)), capacity=1, seed=1, repeats=2
    ),
}


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(
    ("y", "probability", "sentence"),
    [
        ([1, 2], [0.5, 0.5], "expected outcomes 0 and 1, found 2.0"),
        ([0, None], [0.5, 0.5], "expected outcomes 0 and 1, found nan"),
        ([0, 1], [0.5, 1.7], "expected 0 to 1, found 1.7"),
        ([0, 1], [0.5, -0.1], "expected 0 to 1, found -0.1"),
        ([0, 1], [0.5, np.nan], "expected 0 to 1, found nan"),
        ([0, 1], [0.5], "expected one probability per outcome"),
        (["no", "yes"], [0.5, 0.5], "expected numbers"),
    ],
)
def test_what_is_no_outcome_or_probability_is_refused(measure, y, probability, sentence):
    with pytest.raises(DataError, match=sentence):
        MEASURES[measure](y, probability)


@pytest.mark.parametrize("empty", [None, np.nan, pd.NA, pd.NaT])
def test_a_row_without_a_group_is_refused(empty):
    y, p, groups = [0, 1], [0.2, 0.7], np.array(["a", empty], dtype=object)
    with pytest.raises(DataError, match="column 'by': expected a group for every row, found 1 empty"):
        compute_metrics_by(groups, y, p)
    with pytest.raises(DataError, match="column 'customers': expected a group for every row"):
        compute_intervals(y, p, groups, seed=1)
    with pytest.raises(DataError, match="column 'lists': expected a group for every row"):
        compute_contacted_profit(y, {"m": p}, groups, [1, 2], capacity=1, seed=1)


def test_nobody_to_contact_is_refused():
    with pytest.raises(SettingsError, match="capacity: expected customers to contact, above 0"):
        compute_metrics([0, 1], [0.2, 0.7], capacity=0)


def test_ties_share_a_bin():
    # ten customers of one probability, half of them left: one bin at one half, whatever their order
    for y in ([0] * 5 + [1] * 5, [1] * 5 + [0] * 5, [0, 1] * 5):
        table = compute_calibration(y, [0.5] * 10)
        assert table.select("predicted", "observed", "n").rows() == [(0.5, 0.5, 10)]


@st.composite
def predictions(draw):
    n = draw(st.integers(2, 40))
    p = draw(st.lists(st.sampled_from([0.0, 0.05, 0.3, 0.7, 1.0]), min_size=n, max_size=n))
    y = draw(st.lists(st.integers(0, 1), min_size=n, max_size=n))
    return np.array(y), np.array(p), np.array(draw(st.permutations(range(n))))


@given(predictions())
def test_no_order_of_rows_changes_the_calibration_table_or_the_profit(rows):
    y, p, order = rows
    table = compute_calibration(y, p)
    assert_frame_equal(table, compute_calibration(y[order], p[order]))
    assert table["n"].sum() == len(y)
    assert (table["n"] * table["observed"]).sum() == pytest.approx(y.sum())
    profits = [
        compute_contacted_profit(y[at], {"m": p[at]}, at % 2, at, capacity=3, seed=1, repeats=2)
        for at in (np.arange(len(y)), order)
    ]
    assert_frame_equal(
        profits[0].select("contacted", "expected", "realised"),
        profits[1].select("contacted", "expected", "realised"),
    )


@pytest.mark.parametrize("share", [0, -1, 1.5, float("nan"), "x", None])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(SettingsError, match="share: expected a share above 0"):
        compute_lift([0, 1], [0.1, 0.2], share=share)


@pytest.mark.parametrize("bins", [0, -1, 2.5, "x", None])
@pytest.mark.parametrize("measure", [compute_calibration, compute_ece])
def test_a_number_of_bins_that_is_none_is_refused(measure, bins):
    with pytest.raises(SettingsError, match="bins: expected a whole number"):
        measure([0, 1], [0.1, 0.2], bins=bins)


def test_a_curve_without_churners_is_unknown():
    curve = compute_lift_curve([0, 0], [0.1, 0.2])
    assert curve["contacted"].to_list() == [0.5, 1.0]
    assert curve["reached"].is_nan().all()
