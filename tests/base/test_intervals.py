"""Wilson's interval is one formula for numbers, arrays and expressions, and holds the share."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from lealtad.base.intervals import compute_wilson_interval, wilson_expressions


@given(st.data())
def test_it_is_that_of_scipy_and_holds_the_share(data):
    n = data.draw(st.integers(1, 10_000))
    hits = data.draw(st.integers(0, n))
    low, high = compute_wilson_interval(hits, n)
    expected = binomtest(hits, n).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert 0 <= low <= hits / n <= high <= 1


def test_numbers_arrays_and_expressions_agree():
    hits, n = np.array([0.0, 3.0, 7.5, 10.0]), np.array([10.0] * 4)
    one_by_one = [compute_wilson_interval(*pair) for pair in zip(hits, n, strict=True)]
    assert list(zip(*compute_wilson_interval(hits, n), strict=True)) == one_by_one
    low, high = wilson_expressions(pl.col("share"), pl.col("n"))
    frame = pl.DataFrame({"share": hits / n, "n": n}).select(low.alias("low"), high.alias("high"))
    assert np.array(frame.rows()) == pytest.approx(np.array(one_by_one))
