"""The same frames through tea-tasting, a library of its own: every number agrees to 1e-9."""

import numpy as np
import polars as pl
import pytest

from lealtad.experiments.planning.power import compute_power, find_detectable_effect, find_sample_size
from lealtad.experiments.reading import (
    adjust_holm,
    compare_means,
    compare_proportions,
    compute_moments,
    compute_sample_ratio,
)

tt = pytest.importorskip("tea_tasting")
CLOSE = {"rel": 1e-9, "abs": 1e-9}


@pytest.fixture(scope="module", params=[1, 2, 3])
def frame(request):
    users = tt.make_users_data(rng=request.param, covariates=True, n_users=3_000, ratio=0.5 + request.param / 4)
    return pl.from_arrow(users).with_columns(
        arm=pl.col("variant").cast(pl.String), bought=(pl.col("orders") > 0).cast(pl.Int64)
    )


def analyse(frame, **metrics):
    return tt.Experiment(**metrics).analyze(frame.drop("arm"))


def agree(ours, theirs):
    assert (ours.control, ours.treated, ours.effect) == pytest.approx(
        (theirs.control, theirs.treatment, theirs.effect_size), **CLOSE
    )


@pytest.mark.parametrize("covariate", [None, "revenue_covariate"])
def test_welch_and_cuped(frame, covariate):
    theirs = analyse(frame, m=tt.Mean("revenue", covariate))["m"]
    arms = compute_moments(frame, ["revenue"], {"revenue": covariate} if covariate else None)["revenue"]
    ours = compare_means(arms["0"], arms["1"])
    agree(ours, theirs)
    ends = (theirs.effect_size_ci_lower, theirs.effect_size_ci_upper, theirs.pvalue)
    assert (ours.low, ours.high, ours.p_value) == pytest.approx(ends, **CLOSE)


def test_shares(frame):
    theirs = analyse(frame, pooled=tt.Proportion("bought"), own=tt.Proportion("bought", equal_var=False))
    arms = compute_moments(frame, ["bought"])["bought"]
    ours = compare_proportions(arms["0"], arms["1"])
    agree(ours, theirs["pooled"])
    assert ours.p_value == pytest.approx(theirs["pooled"].pvalue, **CLOSE)
    ends = theirs["own"].effect_size_ci_lower, theirs["own"].effect_size_ci_upper
    assert (ours.low, ours.high) == pytest.approx(ends, **CLOSE)


def test_few_units_are_compared_exactly(frame):
    few = frame.head(300)
    arms = compute_moments(few, ["bought"])["bought"]
    theirs = analyse(few, m=tt.Proportion("bought", method="barnard"))["m"]
    assert compare_proportions(arms["0"], arms["1"]).p_value == pytest.approx(theirs.pvalue, **CLOSE)


@pytest.mark.parametrize("rows", [400, 3_000])
@pytest.mark.parametrize("ratio", [0.5, 1, 2])
def test_sample_ratio(frame, rows, ratio):
    part = frame.head(rows)
    theirs = analyse(part, m=tt.SampleRatio(ratio))["m"]
    counts = {arm: part.filter(pl.col("arm") == arm).height for arm in ("0", "1")}
    assert compute_sample_ratio(counts, {"0": 1, "1": ratio}) == pytest.approx(theirs.pvalue, **CLOSE)


@pytest.mark.parametrize("ratio", [1, 3])
def test_power(frame, ratio):
    variance, mean = float(frame["revenue"].var()), float(frame["revenue"].mean())
    metric = tt.Mean("revenue", ratio=ratio, n_obs=4_000, effect_size=mean / 10, use_t=True)
    data = frame.drop("arm").to_arrow()
    power = metric.solve_power(data, "power")[0].power
    effect = (
        tt.Mean("revenue", ratio=ratio, n_obs=4_000, use_t=True).solve_power(data, "effect_size")[0].effect_size
    )
    if ratio == 1:  # with another one tea-tasting finds no bounds to search between
        size = metric.solve_power(data, "n_obs")[0].n_obs
        assert find_sample_size(mean / 10, variance) == size
    assert compute_power(mean / 10, variance, 4_000, ratio=ratio) == pytest.approx(power, **CLOSE)
    assert find_detectable_effect(4_000, variance, ratio=ratio) == pytest.approx(effect, **CLOSE)


def test_holm():
    metrics = {name: tt.Mean(name) for name in ("sessions", "orders", "revenue")}
    users = tt.make_users_data(rng=5, n_users=2_000)
    made = {"one": tt.Experiment(**metrics).analyze(users)}
    theirs = tt.adjust_fwer(made, arbitrary_dependence=True, method="bonferroni").to_dicts()
    ours = adjust_holm([row["pvalue"] for row in theirs])
    assert ours == pytest.approx([row["pvalue_adj"] for row in theirs], **CLOSE)


def test_holm_passes_over_what_is_not_known():
    assert adjust_holm([0.01, float("nan"), 0.03])[::2] == pytest.approx([0.02, 0.03])
    assert np.isnan(adjust_holm([float("nan")])[0])
