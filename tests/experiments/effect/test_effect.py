"""The effect of a contact: the prior until there are campaigns, then what they showed."""

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from lealtad.base.errors import DataError, ModelError
from lealtad.experiments.effect import (
    Belief,
    Effect,
    Prior,
    fit_effect,
    summarize_actions,
    summarize_covariates,
    summarize_effect,
)

pytestmark = pytest.mark.slow

PRIOR = Prior(otherwise=Belief(0.2, 0.5))


def campaign(n: int, seed: int, theta: float, by_silence: float = 0.0, action: str = "call") -> pl.DataFrame:
    """Assignments whose contact changes the log odds by `theta + by_silence · (months of silence − 1)`."""
    rng = np.random.default_rng(seed)
    p = rng.beta(2, 12, n)
    silence = rng.uniform(0, 2, n)
    treated = rng.random(n) < 0.6
    change = theta + by_silence * (silence - 1)
    left = rng.random(n) < expit(logit(p) + treated * change)
    return pl.DataFrame(
        {
            "customer_id": [f"c{k}" for k in range(n)],
            "campaign_id": "one",
            "arm": np.where(treated, "treated", "holdout"),
            "action": [action if one else None for one in treated],
            "probability": p,
            "observed": left,
            "days_since_own_contact": silence * 28,
            "truth": 1 - expit(logit(p) + change) / p,
        }
    )


def test_without_a_holdout_the_prior_speaks():
    rows = campaign(2_000, 1, -0.5)
    effect = fit_effect(rows.filter(pl.col("arm") == "treated"), PRIOR)
    saved = effect.estimate_saved(rows, "call")
    assert effect.basis("call") == "prior"
    assert saved["saved"].unique().to_list() == [0.2]
    # 1 − exp(log 0.8 − 0.5²/2 ± 1.96 · 0.5)
    assert saved.select("saved_low", "saved_high").row(0) == pytest.approx((-0.8811, 0.7350), abs=1e-3)
    assert (effect.share("call"), saved["saved_basis"][0]) == (0.0, "prior")


def test_a_campaign_that_changed_nothing_pulls_the_prior_to_nothing():
    rows = campaign(20_000, 2, 0.0)
    saved = fit_effect(rows, PRIOR).estimate_saved(rows, "call")
    assert abs(saved["saved"].mean()) < 0.06
    assert saved["saved_basis"].unique().to_list() == ["measured"]


def test_the_level_is_recovered_and_covered():
    """Truth inside the 95 % interval in at least 36 of 40 worlds (binomial: P(X < 36) = 1.4 %, 40 at .95)."""
    covered = 0
    for seed in range(40):
        rows = campaign(3_000, 100 + seed, -0.25)
        found = fit_effect(rows, PRIOR).estimate_saved(rows, "call")
        truth, low, high = rows["truth"].median(), found["saved_low"].median(), found["saved_high"].median()
        covered += low <= truth <= high
    assert covered >= 36


def test_who_is_saved_and_who_is_harmed_is_told_apart():
    rows = campaign(20_000, 3, -0.3, by_silence=0.8)
    effect = fit_effect(rows, PRIOR)
    found = effect.estimate_saved(rows, "call")
    assert np.corrcoef(found["saved"], rows["truth"])[0, 1] > 0.95
    harmed = rows["truth"] < -0.05
    assert (found["saved"].filter(harmed) < 0).mean() > 0.8
    assert summarize_covariates(effect).row(0, named=True)["name"] == "silence"
    assert summarize_covariates(effect)["matters"][0]


def test_where_nothing_differs_nothing_is_made_up():
    rows = campaign(20_000, 4, -0.3)
    effect = fit_effect(rows, PRIOR)
    assert effect.estimate_saved(rows, "call")["saved"].std() < 0.08
    assert not summarize_covariates(effect)["matters"].any()


def test_row_order_and_unknown_outcomes_change_nothing():
    rows = campaign(4_000, 5, -0.4)
    more = pl.concat([rows, campaign(500, 6, 3.0).with_columns(observed=pl.lit(None, dtype=pl.Boolean))])
    one, other = fit_effect(rows, PRIOR), fit_effect(more.sample(fraction=1.0, shuffle=True, seed=1), PRIOR)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-6)


def test_who_accepts_more_readily_is_saved_more_readily():
    rng = np.random.default_rng(7)
    rows = campaign(6_000, 7, -0.2)
    readily = expit(-0.5 - 1.5 * (rows["days_since_own_contact"].to_numpy() / 28 - 1))
    reached = (rows["arm"] == "treated").to_numpy()
    drawn = rng.random(rows.height) < readily
    accepted = [bool(one) if arm else None for one, arm in zip(drawn, reached, strict=True)]
    found = fit_effect(rows.with_columns(accepted=pl.Series(accepted)), PRIOR).estimate_saved(rows, "call")
    assert np.corrcoef(found["saved"], readily)[0, 1] > 0.8


def test_text_keeps_everything():
    effect = fit_effect(campaign(3_000, 8, -0.3), PRIOR)
    again = Effect.from_text(effect.to_text())
    assert again == effect
    with pytest.raises(ModelError, match="it fits the effect again"):
        Effect.from_text('{"format": 2}')


def test_draws_share_what_is_unsure_and_agree_with_the_interval():
    rows = campaign(3_000, 9, -0.3)
    effect = fit_effect(rows, PRIOR)
    drawn = effect.draw_gammas(rows.head(50), "call", 4_000)
    saved = effect.estimate_saved(rows.head(50), "call")
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    np.testing.assert_allclose(drawn.mean(axis=0), saved["saved"], atol=0.02)
    np.testing.assert_allclose(low, saved["saved_low"], atol=0.04)
    np.testing.assert_allclose(high, saved["saved_high"], atol=0.04)
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] > 0.3


def test_an_action_never_tried_is_assumed_and_less_sure():
    rows = campaign(8_000, 10, -0.3)
    effect = fit_effect(rows, Prior({"letter": Belief(0.0, 0.5)}, Belief(0.2, 0.5)))
    known, new, other = (effect.estimate_saved(rows, action) for action in ("call", "letter", "visit"))
    assert ((new["saved_high"] - new["saved_low"]) > (known["saved_high"] - known["saved_low"])).all()
    assert known["saved_basis"].unique().to_list() == ["measured"]
    assert new.select("saved_basis", "saved_share").unique().rows() == [("assumed", 0.0)]
    # what the company believes of the two stays between them
    assert (other["saved"] > new["saved"]).all()


def test_what_data_bring_is_said_by_their_share():
    few, some, many = (fit_effect(campaign(n, 14, -0.3), PRIOR) for n in (4, 400, 8_000))
    assert [one.basis("call") for one in (few, some, many)] == ["prior", "mixed", "measured"]
    assert few.share("call") < some.share("call") < many.share("call") < 1
    assert "call" in summarize_effect(many)
    assert "measured" in summarize_effect(many)
    row = summarize_actions(many).row(0, named=True)
    assert row["saved_low"] < row["saved"] < row["saved_high"]


def test_actions_are_told_apart_only_where_both_were_tried_and_differ():
    strong, weak = campaign(20_000, 15, -1.0), campaign(20_000, 16, 0.2, action="offer")
    apart = fit_effect(pl.concat([strong, weak.with_columns(campaign_id=pl.lit("two"))]), PRIOR)
    assert apart.distinguishes("call", "offer")
    assert apart.distinguishes("offer", "call")
    assert not apart.distinguishes("call", "letter")
    alike = campaign(4_000, 17, -0.3, action="offer").with_columns(campaign_id=pl.lit("two"))
    assert not fit_effect(pl.concat([campaign(4_000, 18, -0.3), alike]), PRIOR).distinguishes("call", "offer")


def season(n: int, seed: int, level: float, held: float, name: str) -> pl.DataFrame:
    """Assignments of a season that the prediction does not see; a contact changes nothing."""
    rng = np.random.default_rng(seed)
    p, treated = rng.beta(2, 30, n), rng.random(n) >= held
    return pl.DataFrame(
        {
            "customer_id": [f"{name}{k}" for k in range(n)],
            "campaign_id": name,
            "arm": np.where(treated, "treated", "holdout"),
            "action": ["call" if one else None for one in treated],
            "probability": p,
            "observed": rng.random(n) < expit(logit(p) + level),
        }
    )


def test_a_high_season_with_a_large_holdout_does_not_pass_for_an_effect():
    """Calm with a tenth held out, high with half: γ = 0 is covered in 27 of 30 (binomial at .95: 0.6 % below)."""
    wide, surely, off = 0, 0, []
    for seed in range(30):
        rows = pl.concat([season(3_000, seed, -0.7, 0.1, "calm"), season(3_000, 90 + seed, 0.7, 0.5, "high")])
        row = summarize_actions(fit_effect(rows, Prior())).row(0, named=True)
        wide += row["saved_low"] <= 0 <= row["saved_high"]
        surely += row["saved_low"] > 0
        off.append(row["saved"])
    assert wide >= 27
    assert surely <= 3
    assert abs(np.mean(off)) < 0.06


def test_who_was_drawn_by_lot_is_compared_with_nobody_else():
    rows = campaign(3_000, 19, -0.3).with_columns(explored=pl.lit(value=False))
    lot = campaign(2_000, 20, 3.0).filter(pl.col("arm") == "treated").with_columns(explored=pl.lit(value=True))
    one, other = fit_effect(rows, PRIOR), fit_effect(pl.concat([rows, lot]), PRIOR)
    np.testing.assert_allclose(one.mean, other.mean, atol=1e-6)
    assert other.treated == one.treated


@pytest.mark.parametrize("times", [2, 10, 30])
def test_rows_of_one_customer_are_no_more_news_than_one(times):
    rows = campaign(1_500, 21, -0.3)
    wide = Prior(otherwise=Belief(0.2, 2.0))
    once, often = fit_effect(rows, wide), fit_effect(pl.concat([rows] * times), wide)
    spread = [
        summarize_actions(one).select(pl.col("saved_high") - pl.col("saved_low")).item() for one in (once, often)
    ]
    assert spread[1] == pytest.approx(spread[0], rel=0.25)


def test_bad_input_is_named():
    rows = campaign(100, 11, 0.0)
    with pytest.raises(DataError, match="'observed'"):
        fit_effect(rows.drop("observed"), PRIOR)
    with pytest.raises(DataError, match="another value in 100 rows"):
        fit_effect(rows.with_columns(arm=pl.lit("Control")), PRIOR)
    with pytest.raises(DataError, match="a probability between 0 and 1"):
        Effect(PRIOR).estimate_saved(rows.with_columns(probability=2.0), "call")
    effect = fit_effect(campaign(3_000, 12, 0.0), PRIOR)
    with pytest.raises(DataError, match="'silence' is computed from"):
        effect.estimate_saved(rows.drop("days_since_own_contact"), "call")


def test_who_of_the_holdout_was_contacted_all_the_same_is_counted_and_stays():
    rows = campaign(3_000, 21, -0.3)
    met = rows.with_columns(contaminated=(pl.col("arm") == "holdout") & (pl.int_range(pl.len()) < 100))
    plain, counted = fit_effect(rows, PRIOR), fit_effect(met, PRIOR)
    assert counted.contaminated == met["contaminated"].sum() > 0
    assert counted.mean == plain.mean
    assert summarize_effect(counted).endswith(f"others contacted {counted.contaminated} of those held out")
    assert Effect.from_text(counted.to_text()) == counted
