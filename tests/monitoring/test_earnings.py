"""What the lists earned: measured against the held out, added up, and never by double counting."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.company.model_definition import ModelDefinition
from lealtad.company.outcome_definition import Contractual
from lealtad.desk.earned import read_earned
from lealtad.experience.drivers import FailureCost
from lealtad.lake import commit_tables
from lealtad.lake.timeline import find_end_of_data
from lealtad.monitoring.earnings import compute_earnings, write_earnings_page, write_earnings_table
from lealtad.monitoring.earnings.bars import draw_bars
from lealtad.worklist.alternatives import SCHEMA as ALTERNATIVES
from tests.companies import at
from tests.lakes import lake_of

N = 400
NIGHTS = [at(24 * day) for day in (10, 45, 128)]  # of the last the horizon has not ended
DEFINITION = ModelDefinition(name="churn", label=Contractual(horizon_days=28, history_days=0, grace_days=0))


def earn(folder, *, holdout=True):
    """Settle two lists: every tenth of the treated churns, every fifth of the held out; p = .2, value 100."""
    rows, changes = [], []
    for night, moment in enumerate(NIGHTS):
        for k in range(N):
            who, held = f"c{night}_{k}", holdout and k % 4 == 0
            churns = (k // 4) % 5 == 0 if k % 4 == 0 else k % 10 == 1
            changes.append((f"s{who}", who, at(0), "start", None))
            if churns and night < 2:
                days = (moment - at(0)).days + 9
                changes.append((f"s{who}", who, at(24 * days), "end", True))
            rows.append((f"l{night}", moment, who, "holdout" if held else "treated", "call" if k % 2 else "offer"))
    listed = pl.DataFrame(rows, schema=["list_id", "as_of", "customer_id", "arm", "action"], orient="row")
    listed = listed.with_columns(
        pl.col("as_of").cast(pl.Datetime("us", "UTC")),
        campaign_id=pl.lit("c"),
        probability=pl.lit(0.2),
        value_at_stake=pl.lit(100.0),
        saved=pl.lit(0.5),
        expected_gain=pl.lit(6.0),  # 0.2 · 0.5 · 100 less a cost of 4
    )
    columns = ["subscription_id", "customer_id", "occurred_at", "event", "voluntary"]
    lake = lake_of(
        folder / "lake",
        {
            "customers": pl.DataFrame({"customer_id": listed["customer_id"].unique().sort()}),
            "subscriptions": pl.DataFrame(changes, schema=columns, orient="row", infer_schema_length=None),
            "orders": pl.DataFrame(
                {"order_id": ["o"], "customer_id": ["c0_0"], "ordered_at": [at(24 * 140 + 1)], "amount": [1.0]}
            ),
        },
    )
    rules = [
        ("l0", NIGHTS[0], "c", rule, measure, 300, 1200.0, value, value / 2, value * 2)
        for rule, scale in (("list", 1.0), ("probability", 0.5), ("value", 0.2))
        for measure, value in (("saves", 30.0 * scale), ("profit", 1800.0 * scale))
    ]
    alternatives = pl.DataFrame(rules, schema=ALTERNATIVES, orient="row")
    lake = commit_tables(lake, {"lists": listed, "alternatives": alternatives})
    return compute_earnings(lake, DEFINITION, find_end_of_data(lake))


@pytest.fixture(scope="module")
def earned(tmp_path_factory):
    return earn(tmp_path_factory.mktemp("earned"))


def test_saves_and_margin_are_those_of_the_planted_effect(earned):
    # per list 300 treated, 30 of them churn; of 100 held out 20 do: as many as promised, so 60 − 30 are saved
    [total] = earned.total.to_dicts()
    assert (earned.lists, earned.awaited) == (2, 1)
    assert (total["contacts"], total["held_out"], total["cost"]) == (600, 200, pytest.approx(2400.0))
    # treated who churn: k % 10 == 1 among k % 4 != 0
    churned = sum(k % 10 == 1 for k in range(N) if k % 4)
    assert total["saves"] == pytest.approx(2 * (60 - churned))
    assert total["margin"] == pytest.approx(100 * total["saves"])
    assert total["saves_low"] < total["saves"] < total["saves_high"]
    assert total["promised"] == pytest.approx(60.0)


def test_months_and_actions_add_up_to_the_whole(earned):
    [total] = earned.total.to_dicts()
    for parts in (earned.by_month, earned.by_action, earned.by_both):
        for name in ("contacts", "cost", "saves", "margin", "promised"):
            assert parts[name].sum() == pytest.approx(total[name]), name
    last = earned.cumulated.row(-1, named=True)
    assert {name: last[name] for name in total if name != "month"} == pytest.approx(
        {name: total[name] for name in total if name != "month"}, nan_ok=True
    )
    assert earned.by_both.height == 4


def test_without_a_holdout_nobody_knows(tmp_path):
    bare = earn(tmp_path, holdout=False)
    [total] = bare.total.to_dicts()
    assert total["contacts"] == 2 * N
    assert (total["saves"], total["margin"]) == (None, None)
    write_earnings_page(tmp_path / "roi.html", bare, Language.from_code("en"))
    assert "No customer was held out" in (tmp_path / "roi.html").read_text()


def test_rules_are_shown_the_best_first(earned, tmp_path):
    assert earned.rules["rule"].to_list() == ["list", "probability", "value"]
    assert earned.rules["profit"].to_list() == [1800.0, 900.0, 360.0]
    write_earnings_page(tmp_path / "roi.html", earned, Language.from_code("es"))
    page = (tmp_path / "roi.html").read_text()
    assert "Las listas preveían 900\u00a0€ más que la mejor de las dos reglas." in page
    assert page.count('class="amount margin') == 2 + 2 + 3
    assert "<script" not in page


def test_before_any_list_the_page_says_so(tmp_path):
    lake = lake_of(
        tmp_path / "lake",
        {
            "customers": pl.DataFrame({"customer_id": ["c"]}),
            "subscriptions": pl.DataFrame(
                {"subscription_id": ["s"], "customer_id": ["c"], "occurred_at": [at(0)], "event": ["start"]}
            ),
        },
    )
    nothing = compute_earnings(lake, DEFINITION, find_end_of_data(lake))
    write_earnings_page(tmp_path / "roi.html", nothing, Language.from_code("en"))
    assert "No list has ended yet" in (tmp_path / "roi.html").read_text()
    cost = FailureCost("d", "Knowledge base (web)", "€5,200", "€1,300 to €9,100", is_certain=False, owner="")
    write_earnings_page(tmp_path / "roi.html", nothing, Language.from_code("es"), failures=[cost])
    page = (tmp_path / "roi.html").read_text()
    assert "Qué cuestan los fallos" in page
    assert "sin responsable" in page
    assert "no supera el azar" in page


def test_bars_share_one_scale():
    rng = np.random.default_rng(2)
    amounts = [(float(v), float(v) - 3, float(v) + 3) for v in rng.normal(0, 10, 20)]
    bars = draw_bars([*amounts, None])
    assert bars[-1] is None
    assert len({bar.zero for bar in bars[:-1]}) == 1
    for (value, low, high), bar in zip(amounts, bars, strict=False):
        assert 0 <= bar.low <= bar.high <= 100
        end = bar.start if value < 0 else bar.start + bar.width
        assert bar.low < end < bar.high
        assert (bar.high - bar.low) == pytest.approx(6 / (high - low) * (bar.high - bar.low))


@pytest.mark.parametrize("holdout", [True, False])
def test_the_desk_reads_what_the_table_holds(tmp_path, holdout):
    earned = earn(tmp_path, holdout=holdout)
    write_earnings_table(earned, tmp_path / "roi.csv")
    shown = read_earned(tmp_path, {"call": {"words": {"es": "Llamar"}}}, Language.from_code("es"))
    assert shown["total"]["margin"] == earned.total["margin"][0]
    assert shown["total"]["contacts"] == earned.total["contacts"][0]
    assert shown["verdict"].startswith("Mejor estimación: 1.600" if holdout else "No se dejó a ningún cliente")
    assert [row["action"] for row in shown["rows"]][:2] == ["Llamar", "offer"]
    assert sum(row["contacts"] for row in shown["rows"]) == shown["total"]["contacts"]
