"""Laws of the gate: who may be champion, on made-up slices whose truth is known."""

import numpy as np
import polars as pl
import pytest

from lealtad.learning.evaluation import Economics
from lealtad.models.gate import judge_challenger
from lealtad.models.gate.date_levels import check_date_levels
from lealtad.models.gate.list_profit import compute_realised_profit
from lealtad.models.gate.rivals import compute_rivals

pytestmark = pytest.mark.slow

CLEAN = {"clean": True, "findings": []}
KPIS = {"in_force": "k" * 64, "challenger": "k" * 64}
CUSTOMERS, DATES = 1500, 3


def scale_odds(odds, by=1.0, shift=0.0):
    return 1 / (1 + np.exp(-(by * odds + shift)))


def slice_of(seed=1, noise=1.5) -> pl.DataFrame:
    """Customers at three dates who leave by a known chance; `model` knows it, `champion` and `rule` roughly."""
    rng = np.random.default_rng(seed)
    customer = np.tile(np.arange(CUSTOMERS), DATES)
    odds = rng.normal(-2.2, 1.3, CUSTOMERS)[customer]
    blurred = odds + rng.normal(0, noise, len(odds))
    p = scale_odds(odds)
    return pl.DataFrame(
        {
            "customer": customer,
            "as_of": np.repeat([f"2026-0{month}-01" for month in (3, 4, 5)], CUSTOMERS),
            "observed": rng.random(len(p)) < p,
            "model": p,
            "champion": scale_odds(blurred, 0.45, -1.0),
            "rule": scale_odds(blurred, 0.45, -1.0),
            "base_rate": np.full(len(p), 0.17),
        }
    )


def judge(judged, leakcheck=CLEAN, champion=True, **more):
    kpis = more.pop("kpis", KPIS | ({"champion": "k" * 64} if champion else {}))
    rows = judged if champion else judged.drop("champion")
    return judge_challenger(
        rows, baselines=["base_rate", "rule"], leakcheck=leakcheck, kpis=kpis, repeats=100, **more
    )


def test_a_better_model_passes_with_and_without_a_champion():
    judged = slice_of()
    for champion in (True, False):
        verdict = judge(judged, champion=champion)
        assert verdict.is_yes, verdict.checks
        assert verdict.failures == []
        assert verdict.checks.columns == ["name", "passed", "found", "needed"]
        assert ("profit against champion" in verdict.checks["name"]) is champion


def test_the_same_model_again_earns_nothing_and_is_refused():
    judged = slice_of().with_columns(champion="model")
    verdict = judge(judged)
    assert verdict.failures == ["profit against champion"]
    tie = verdict.rivals.filter(rival="champion")
    assert tie["difference"].to_list() == tie["low"].to_list() == tie["high"].to_list() == [0.0, 0.0]


def test_what_is_better_one_way_is_worse_the_other_way():
    judged = slice_of()
    turned = judged.rename({"model": "champion", "champion": "model"})
    assert {"profit against champion", "ranking against champion"} <= set(judge(turned).failures)
    there, back = judge(judged).rivals.row(0, named=True), judge(turned).rivals.row(0, named=True)
    assert there["difference"] == pytest.approx(-back["difference"])
    assert there["low"] == pytest.approx(-back["high"])


def test_a_model_that_knows_nothing_is_refused_by_the_base_rate():
    judged = slice_of().with_columns(model=pl.col("base_rate"))
    failed = judge(judged, champion=False).failures
    assert {"profit against base_rate", "ranking against base_rate", "ranking against rule"} <= set(failed)


@pytest.mark.parametrize(
    ("by", "shift", "check"),
    [(1.0, 0.8, "level"), (1.0, -0.8, "level"), (2.2, 2.4, "slope"), (0.4, -1.0, "slope")],
)
def test_the_right_order_with_wrong_probabilities_is_refused(by, shift, check):
    p = slice_of()["model"].to_numpy()
    judged = slice_of().with_columns(model=pl.Series(scale_odds(np.log(p / (1 - p)), by, shift)))
    failed = judge(judged, champion=False).failures
    assert check in failed
    assert not [name for name in failed if name.startswith("ranking")]


def test_the_error_of_calibration_counts_only_beyond_chance():
    few = slice_of().filter(pl.col("customer") < 150)
    assert "calibration error" not in judge(few, champion=False).failures
    bent = slice_of().with_columns(model=pl.when(pl.col("model") > 0.2).then(0.6).otherwise(0.04))
    assert "calibration error" in judge(bent, champion=False).failures


def test_one_date_that_collapses_is_enough_for_a_no():
    judged = slice_of()
    lost = judged["model"].shuffle(seed=4)
    one = judged.with_columns(model=pl.when(pl.col("as_of") == "2026-04-01").then(lost).otherwise(pl.col("model")))
    verdict = judge(one, champion=False)
    assert "worst date" in verdict.failures
    assert "2026-04-01" in verdict.checks.filter(name="worst date")["found"].item()


def seasonal(spread: float, seed: int, follows: float = 0.0) -> pl.DataFrame:
    """The slice where each date has a level of its own, which the model follows in part."""
    rng = np.random.default_rng(seed)
    judged = slice_of(seed)
    p = judged["model"].to_numpy()
    shift = np.repeat(rng.normal(0, spread, DATES), CUSTOMERS)
    odds = np.log(p / (1 - p))
    return judged.with_columns(
        observed=pl.Series(rng.random(len(p)) < scale_odds(odds, shift=shift)),
        model=pl.Series(scale_odds(odds, shift=follows * shift)),
    )


def by_date(judged: pl.DataFrame):
    return check_date_levels(judged, "model", seed=1, repeats=100)


@pytest.mark.parametrize("times", [(2.5, 0.4, 1.0), (1.0, 2.0, 0.6)])
def test_levels_that_are_right_in_sum_and_wrong_by_date_are_refused(times):
    judged = slice_of()
    wrong = judged["model"].to_numpy() * np.repeat(times, CUSTOMERS)
    wrong *= judged["observed"].sum() / wrong.sum()
    refused = judge(judged.with_columns(model=pl.Series(np.minimum(wrong, 0.99))), champion=False)
    assert "level by date" in refused.failures
    assert "level" not in refused.failures
    assert "same for all customers of that date" in refused.checks.filter(name="level by date")["found"].item()


def test_levels_that_differ_by_chance_or_by_season_are_not():
    assert all(by_date(slice_of(seed)).passed for seed in range(10))
    for follows in (0.0, 1.0):
        assert all(by_date(seasonal(0.4, seed, follows)).passed for seed in range(10)), follows


def test_a_model_that_turns_the_season_round_is_refused():
    assert sum(not by_date(seasonal(0.8, seed, follows=-1.0)).passed for seed in range(5)) >= 4


def test_a_leap_in_ranking_is_left_to_a_person():
    judged = slice_of()
    odds = np.where(judged["observed"], 1.5, -1.5) + np.random.default_rng(1).normal(0, 1, judged.height)
    verdict = judge(judged.with_columns(model=pl.Series(scale_odds(odds))))
    assert "no leap in ranking" in verdict.failures
    assert "--because" in verdict.checks.filter(name="no leap in ranking")["needed"].item()


def test_a_leap_over_a_rule_of_thumb_is_one_too():
    judged = slice_of().rename({"rule": "recency"}).with_columns(recency=pl.lit(0.17))
    odds = np.where(judged["observed"], 1.5, -1.5)
    leap = judged.with_columns(model=pl.Series(scale_odds(odds)))
    verdict = judge_challenger(
        leap.drop("champion"), baselines=["recency"], leakcheck=CLEAN, kpis=KPIS, repeats=100
    )
    assert "no leap in ranking" in verdict.failures


@pytest.mark.parametrize("report", [None, {"clean": False, "findings": ["a", "b"]}])
def test_without_a_clean_leak_check_nobody_passes(report):
    assert judge(slice_of(), leakcheck=report).failures == ["leak check"]


@pytest.mark.parametrize("who", ["challenger", "champion"])
def test_other_kpi_definitions_on_either_side_are_refused(who):
    verdict = judge(slice_of(), kpis=KPIS | {"champion": "k" * 64} | {who: "other"})
    assert verdict.failures == ["KPI definitions"]
    assert f"{who} other" in verdict.checks.filter(name="KPI definitions")["found"].item()


def test_a_champion_that_cannot_score_the_slice_is_said():
    verdict = judge(slice_of(), champion=False, champion_lacks=["orders_7d"])
    assert verdict.failures == ["champion"]
    assert "orders_7d" in verdict.checks.filter(name="champion")["found"].item()


def test_rows_of_a_customer_are_resampled_together():
    judged = slice_of().filter(pl.col("as_of") == "2026-03-01")
    thrice = pl.concat([judged.with_columns(as_of=pl.lit(day)) for day in ("a", "b", "c")])
    widths = []
    for rows in (judged, thrice, thrice.with_columns(customer=pl.int_range(pl.len()))):
        found = compute_rivals(
            rows, "model", ["rule"], economics=Economics(), capacity=None, seed=1, repeats=200
        ).row(1, named=True)
        widths.append(found["high"] - found["low"])
    # the same customers three times say no more than once; taken for others they seem to
    assert widths[1] == pytest.approx(widths[0], rel=0.02)
    assert widths[2] < 0.75 * widths[0]


def test_the_order_of_rows_is_no_matter():
    judged = slice_of()
    shuffled = judged.sample(fraction=1.0, shuffle=True, seed=3)
    for column in ("difference", "low", "high"):
        np.testing.assert_allclose(judge(judged).rivals[column], judge(shuffled).rivals[column], atol=1e-9)


def test_a_list_earns_what_its_customers_pay_and_ties_are_shared():
    # V 200, d 10, f 1, γ .3: who leaves pays .3·190 − 1 = 56, who stays costs 11
    y, day, once = np.array([1.0, 0.0, 1.0, 0.0]), np.zeros(4), np.ones((1, 4))
    ranked, tied = np.array([0.9, 0.8, 0.7, 0.6]), np.full(4, 0.5)
    assert compute_realised_profit(y, ranked, day, once, Economics(), 1).item() == pytest.approx(56)
    assert compute_realised_profit(y, ranked, day, once, Economics(), 2).item() == pytest.approx(45)
    assert compute_realised_profit(y, tied, day, once, Economics(), 2).item() == pytest.approx(
        (2 * 56 - 2 * 11) / 2
    )
    assert compute_realised_profit(y, ranked / 100, day, once, Economics(), 2).item() == pytest.approx(
        45
    )  # it is full


def test_models_are_told_apart_where_no_contact_pays():
    dear = Economics(value=12.0, offer_cost=10.0, contact_cost=5.0)
    verdict = judge(slice_of(), champion=False, economics=dear)
    assert verdict.rivals["own"][0] < 0
    assert verdict.is_yes, verdict.checks


def test_the_value_of_each_customer_decides_who_is_called():
    y, day, once = np.array([1.0, 1.0]), np.zeros(2), np.ones((1, 2))
    p, value = np.array([0.9, 0.5]), np.array([50.0, 1000.0])
    assert compute_realised_profit(y, p, day, once, Economics(), 1, value).item() == pytest.approx(0.3 * 990 - 1)


def test_two_dates_are_two_lists():
    y, p = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.8, 0.3, 0.2])
    both = compute_realised_profit(y, p, np.array([0, 0, 1, 1]), np.ones((1, 4)), Economics(), 1)
    assert both.item() == pytest.approx(56)  # the first of either date leaves


def draw_overconfident_scores(error: float, seed=5) -> pl.DataFrame:
    """Customers of whom half leave; the model promises too much above one half and too little below."""
    rng = np.random.default_rng(seed)
    p = rng.beta(1.2, 1.2, CUSTOMERS * 3)
    shown = np.clip(p + np.where(p > 0.5, -error, error), 0.01, 0.99)
    return pl.DataFrame(
        {
            "customer": np.arange(len(p)),
            "as_of": np.repeat(["2026-03-01", "2026-04-01", "2026-05-01"], CUSTOMERS),
            "observed": rng.random(len(p)) < p,
            "model": shown,
            "champion": np.full(len(p), 0.5),
            "rule": scale_odds(0.4 * np.log(p / (1 - p)) + rng.normal(0, 1.5, len(p))),
            "base_rate": np.full(len(p), 0.5),
        }
    )


def test_an_error_that_is_small_for_so_common_an_outcome_is_no_reason_for_a_no():
    small, large = (judge(draw_overconfident_scores(error), champion=False) for error in (0.035, 0.12))
    assert "calibration error" not in small.failures
    assert "calibration error" not in judge(slice_of(), champion=False).failures
    assert "slope" in large.failures or "calibration error" in large.failures


def test_the_error_of_the_best_baseline_is_allowed_to_the_challenger():
    bent = draw_overconfident_scores(0.12).with_columns(rule=pl.col("model") * 0.999)
    found = judge(bent, champion=False).checks.filter(name="calibration error")
    assert "what rule shows" in found["needed"].item()


def test_every_no_names_its_lever_and_a_yes_needs_none():
    worse = slice_of().with_columns(model=pl.col("base_rate") + 0.2)
    verdict = judge(worse, leakcheck=None)
    assert verdict.levers["name"].to_list() == verdict.failures
    assert verdict.levers["lever"].str.len_chars().min() > 20
    levers = dict(verdict.levers.iter_rows())
    assert "lealtad leakcheck" in levers["leak check"]
    assert levers["ranking against base_rate"].startswith("not better than chance")
    assert "rule does better here" in levers["ranking against rule"]
    assert judge(slice_of()).levers.is_empty()
