"""Read-outs: what is refused, what gates, and what each verdict rests on."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError
from lealtad.experiments.plan import Guardrail, Outcome
from lealtad.experiments.reading import compare_segments, compute_expected_losses, read_observations
from lealtad.experiments.reading.covariate import examine_covariate
from tests.experiments.plans import PURCHASES, plan, shares


def test_a_clear_gain_is_chosen_early():
    rows = shares({"A": 5_000, "B": 5_000}, {"A": 0.10, "B": 0.14})
    verdict = read_observations(rows, plan(effect=0.02), planned_n=20_000, days_left=9).verdict
    assert (verdict.kind, verdict.arm, verdict.days_early) == ("choose", "B", 9)
    assert verdict.low > 0
    assert verdict.loss < 1e-4


def test_looks_at_the_end_decide_nothing_before_it():
    rows = shares({"A": 5_000, "B": 5_000}, {"A": 0.10, "B": 0.14})
    assert read_observations(rows, plan(looks="end"), planned_n=20_000).verdict.kind == "continue"
    assert read_observations(rows, plan(looks="end"), planned_n=10_000).verdict.kind == "choose"


def test_a_worse_arm_keeps_the_control_and_a_small_difference_is_none():
    worse = shares({"A": 9_000, "B": 9_000}, {"A": 0.14, "B": 0.10})
    assert read_observations(worse, plan()).verdict.kind == "keep"
    alike = shares({"A": 50_000, "B": 50_000}, {"A": 0.10, "B": 0.10})
    assert read_observations(alike, plan(effect=0.02)).verdict.kind == "no_difference"
    few = shares({"A": 900, "B": 900}, {"A": 0.10, "B": 0.11})
    assert read_observations(few, plan(effect=0.02), planned_n=9_000).verdict.kind == "continue"
    assert read_observations(few, plan(effect=0.02)).verdict.kind == "undecided"


def test_where_less_is_better_less_is_chosen():
    fewer = Outcome(metric="conversion", higher_is_better=False)
    rows = shares({"A": 9_000, "B": 9_000}, {"A": 0.14, "B": 0.10})
    assert read_observations(rows, plan(primary=fewer)).verdict.kind == "choose"


@pytest.mark.parametrize(("counts", "is_trusted"), [((49_000, 51_000), False), ((49_800, 50_200), True)])
def test_arms_of_another_size_than_planned_show_no_effect(counts, is_trusted):
    rows = shares(dict(zip("AB", counts, strict=True)), {"A": 0.10, "B": 0.30})
    made = read_observations(rows, plan())
    assert (made.verdict.kind != "sample_ratio") == is_trusted
    assert made.figures.is_empty() != is_trusted


def test_an_outcome_that_is_not_over_counts_nowhere():
    rows = shares({"A": 4_000, "B": 4_000}, {"A": 0.10, "B": 0.20})
    censored = rows.with_columns(pl.when(pl.col("unit_id") % 2 == 0).then("conversion_28d"))
    half = rows.filter(pl.col("unit_id") % 2 == 0)
    made, alone = (read_observations(part, plan(), planned_n=8_000) for part in (censored, half))
    assert made.figures.equals(alone.figures)
    assert made.observed == {"A": 2_000, "B": 2_000}


def test_nothing_known_in_an_arm_waits():
    rows = shares({"A": 400, "B": 400}, {"A": 0.1, "B": 0.1})
    unknown = rows.with_columns(pl.when(pl.col("arm") == "A").then("conversion_28d"))
    assert read_observations(unknown, plan()).verdict.kind == "waiting"


def test_a_broken_guardrail_stops_whatever_the_gain():
    guard = Guardrail(metric="purchases", worst=0.05)
    rows = shares({"A": 9_000, "B": 9_000}, {"A": 0.10, "B": 0.20})
    rng = np.random.default_rng(1)
    loss = np.where(rows["arm"] == "B", 0.7, 1.0)
    bought = rows.with_columns(purchases_28d=pl.Series(rng.poisson(loss).astype(float)))
    made = read_observations(bought, plan(guardrails=(guard,)))
    assert (made.verdict.kind, made.verdict.outcome) == ("guardrail", "purchases_28d")
    fine = rows.with_columns(purchases_28d=pl.Series(rng.poisson(1.0, rows.height).astype(float)))
    assert read_observations(fine, plan(guardrails=(guard,))).verdict.kind == "choose"


def test_many_arms_and_outcomes_raise_the_bar():
    rows = shares({"A": 5_000, "B": 5_000}, {"A": 0.10, "B": 0.125})
    two = read_observations(rows, plan(looks="end")).figures
    more = shares(dict.fromkeys("ABCDE", 5_000), {"A": 0.10, "B": 0.125, "C": 0.1, "D": 0.1, "E": 0.1})
    five = read_observations(more, plan(*"ABCDE", looks="end")).figures.filter(pl.col("arm") == "B")
    assert two["p_value"][0] == pytest.approx(five["p_value"][0])
    assert five["adjusted_p"][0] == pytest.approx(4 * two["adjusted_p"][0])


def with_past(rows, rng, shift=0.0):
    past = rng.normal(5, 2, rows.height)
    treated = (rows["arm"] == "B").to_numpy()
    outcome = past + rng.normal(0, 1, rows.height) + 0.1 * treated
    return rows.with_columns(
        pl.Series("purchases_28d", outcome), pl.Series("covariate purchases_28d", past + shift * treated)
    )


def test_cuped_narrows_and_an_unbalanced_covariate_is_not_used():
    rows = shares({"A": 3_000, "B": 3_000}, {"A": 0.1, "B": 0.1})
    rng = np.random.default_rng(2)
    observed = with_past(rows, rng)
    study = plan(primary=PURCHASES, looks="end", covariate="past")
    made = read_observations(observed, study)
    plain = read_observations(observed.drop("covariate purchases_28d"), study)
    width = [(part.figures["high"] - part.figures["low"])[0] for part in (made, plain)]
    removed = made.covariates["purchases_28d"].removed
    assert removed == pytest.approx(0.8, abs=0.03)
    assert width[0] / width[1] == pytest.approx(np.sqrt(1 - removed), rel=0.03)
    broken = read_observations(with_past(rows, rng, shift=1.0), study)
    assert broken.covariates["purchases_28d"].status == "unbalanced"


def test_what_a_covariate_lacks():
    rows = pl.DataFrame({"arm": ["A", "B"] * 50, "y": [0.0, 1.0] * 50})
    assert examine_covariate(rows, "y").status == "absent"
    constant = rows.with_columns(pl.lit(1.0).alias("covariate y"))
    assert examine_covariate(constant, "y").status == "constant"
    rare = constant.with_columns(pl.when(pl.int_range(100) < 30).then("covariate y"))
    assert examine_covariate(rare, "y").status == "missing"


def test_who_never_saw_the_message_dilutes_and_the_complier_effect_undoes_it():
    rng = np.random.default_rng(3)
    rows = shares({"A": 20_000, "B": 20_000}, {"A": 0.1, "B": 0.1})
    exposed = (rows["arm"] == "B").to_numpy() & (rng.random(rows.height) < 0.5)
    hit = rng.random(rows.height) < 0.1 + 0.1 * exposed
    observed = rows.with_columns(
        pl.Series("conversion_28d", hit.astype(float)),
        pl.Series("exposed_at", np.where(exposed, 1.0, np.nan)).fill_nan(None),
    )
    made = read_observations(observed, plan())
    assert made.figures["effect"][0] == pytest.approx(0.05, abs=0.01)
    complier = made.compliers["B"]
    assert complier.low < 0.1 < complier.high
    assert complier.share == pytest.approx(0.5, abs=0.02)


def test_the_luckiest_segment_is_promised_less():
    """Twenty segments of one effect: shrunk effects lie closer together, and their intervals hold the truth."""
    rng = np.random.default_rng(4)
    n = 40_000
    rows = pl.DataFrame({"arm": ["A", "B"] * (n // 2), "segment": [f"s{k:02d}" for k in rng.integers(20, size=n)]})
    treated = (rows["arm"] == "B").to_numpy()
    hit = rng.random(n) < 0.2 + 0.05 * treated
    made = compare_segments(rows.with_columns(pl.Series("y", hit.astype(float))), "y", "segment", "A", "B")
    assert made["effect"].std() < made["raw"].std() / 2
    assert ((made["low"] < 0.05) & (made["high"] > 0.05)).mean() >= 0.9


def test_segments_that_differ_are_told_apart():
    rows = pl.concat(
        shares({"A": 3_000, "B": 3_000}, {"A": 0.2, "B": rate}).with_columns(segment=pl.lit(name))
        for name, rate in (("x", 0.2), ("y", 0.3))
    )
    made = compare_segments(rows, "conversion_28d", "segment", "A", "B")
    assert made["differs"][0] < 0.001
    assert made["effect"].to_list() == pytest.approx([0.0, 0.1], abs=0.02)


def test_expected_loss_of_two_arms_has_a_closed_form():
    """With d = (m - c) / s of the difference: s (φ(d) - d (1 - Φ(d))) for choosing the better one."""
    losses = compute_expected_losses({"A": (0.10, 0.03), "B": (0.12, 0.04)})
    from scipy.stats import norm

    d = 0.02 / 0.05
    assert losses["B"] == pytest.approx(0.05 * (norm.pdf(d) - d * norm.sf(d)), rel=1e-5)
    assert losses["A"] == pytest.approx(losses["B"] + 0.02, rel=1e-5)


@given(st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(seed):
    counts = {"A": 600, "B": 610, "C": 590}  # as many as are compared without exact tests
    rows = shares(counts, {"A": 0.1, "B": 0.2, "C": 0.15})
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=seed)
    one, other = (read_observations(part, plan(*"ABC")) for part in (rows, shuffled))
    assert one.figures.equals(other.figures)
    assert one.verdict.loss == pytest.approx(other.verdict.loss, rel=1e-9)
    assert replace(one.verdict, loss=0) == replace(other.verdict, loss=0)


def clear_result():
    return shares({"A": 100, "B": 100}, {"A": 0.1, "B": 0.2})


REFUSED = {
    "unknown arm": (lambda rows: rows.with_columns(arm=pl.col("arm").replace("B", "b")), "an arm of the plan"),
    "no arm": (
        lambda rows: rows.with_columns(arm=pl.when(pl.col("unit_id") > 5).then("arm")),
        "an arm of the plan",
    ),
    "two arms": (lambda rows: rows.with_columns(unit_id=pl.col("unit_id") % 100), "in A and B"),
    "twice": (lambda rows: pl.concat([rows, rows.head(1)]), "every unit once"),
    "empty arm": (lambda rows: rows.filter(pl.col("arm") == "A"), "nobody in 'B'"),
    "no outcome": (lambda rows: rows.drop("conversion_28d"), "no column of that name"),
    "exposure before assignment": (
        lambda rows: rows.with_columns(assigned_at=pl.lit(5), exposed_at=pl.lit(3)),
        "200 units that saw their variant before",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rows_that_cannot_be_read_are_one_clear_error(case):
    change, message = REFUSED[case]
    with pytest.raises(DataError, match=message):
        read_observations(change(clear_result()), plan())
