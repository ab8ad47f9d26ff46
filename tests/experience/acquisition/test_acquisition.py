"""The prospects' funnel and the referrals, by hand; and as they were known then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.experience.acquisition import (
    build_funnel,
    compare_referrals,
    compute_acquisition,
    list_prospects,
    render_acquisition,
)
from tests.lakes import lake_of

if TYPE_CHECKING:
    from pathlib import Path

DAY = datetime(2026, 6, 30, tzinfo=UTC)
NAMES = [f"p{k:02d}" for k in range(40)]


def ago(days: float) -> datetime:
    return DAY - timedelta(days=days)


def build_tables() -> dict[str, pl.DataFrame]:
    """Forty prospects met 200 days ago; 30 look into it, 12 begin to buy, 10 buy, one of them after 100 days."""
    touches = [(f"a{k}", name, ago(200), "awareness", "company") for k, name in enumerate(NAMES)]
    touches += [(f"c{k}", name, ago(190), "consideration", "customer") for k, name in enumerate(NAMES[:30])]
    touches += [(f"d{k}", name, ago(180), "purchase", "customer") for k, name in enumerate(NAMES[:12])]
    touches += [("late", "new", ago(30), "awareness", "customer")]
    bought = [(f"o{k}", name, ago(100 if k == 9 else 170), 10.0) for k, name in enumerate(NAMES[:10])]
    return {
        "customers": pl.DataFrame({"customer_id": ["r1", "r2", "new", *NAMES]}).with_columns(
            referred_by=pl.when(pl.col("customer_id").is_in(["p00", "p01", "p20"]))
            .then(pl.lit("r1"))
            .when(pl.col("customer_id") == "p21")
            .then(pl.lit("r2"))
        ),
        "touchpoints": pl.DataFrame(
            touches,
            schema=["touchpoint_id", "customer_id", "occurred_at", "stage", "initiated_by"],
            orient="row",
        ).with_columns(channel=pl.lit("web"), touchpoint=pl.lit("page")),
        "orders": pl.DataFrame(bought, schema=["order_id", "customer_id", "ordered_at", "amount"], orient="row"),
        "surveys": pl.DataFrame(
            {
                "survey_id": ["s1", "s2", "s3"],
                "customer_id": ["r1", "r1", "r2"],
                "sent_at": [ago(300), ago(100), ago(100)],
                "answered_at": [ago(299), ago(99), ago(99)],
                "score": [9.0, 2.0, 2.0],
            }
        ).with_columns(metric=pl.lit("nps"), kind=pl.lit("relational"), scale_min=0.0, scale_max=10.0),
    }


def test_the_funnel_counts_each_prospect_for_the_same_time_and_finds_the_largest_leak(tmp_path: Path):
    prospects = list_prospects(lake_of(tmp_path, build_tables()), DAY)
    assert set(prospects["customer_id"]) == set(NAMES), "who came a month ago is still deciding"
    funnel = build_funnel(prospects)
    # the ninth bought 100 days after the first contact: too late to count
    assert funnel["n"].to_list() == [40, 30, 12, 9]
    assert funnel["lost"].to_list() == [None, 10, 18, 3]
    assert funnel.filter("is_largest")["step"].to_list() == ["purchase"]


def test_referrals_go_by_what_the_referrer_answered_before(tmp_path: Path):
    acquisition = compute_acquisition(lake_of(tmp_path, build_tables()), DAY)
    assert acquisition is not None
    rows = {row["group"]: row for row in acquisition.referrals.to_dicts()}
    # r1 was a promoter when p00, p01 and p20 came, whatever was answered later; r2 had not answered
    assert {name: (row["n"], row["hits"]) for name, row in rows.items()} == {
        "promoter": (3, 2),
        "unknown": (1, 0),
        "nobody": (36, 7),
    }
    assert rows["promoter"]["referrers"] == 1
    assert rows["promoter"]["low"] < 2 / 3 < rows["promoter"]["high"]


def test_what_happened_later_changes_no_earlier_funnel(tmp_path: Path):
    tables = build_tables()
    then = ago(60)
    before = compute_acquisition(lake_of(tmp_path / "a", tables), then)
    cut = {
        "touchpoints": tables["touchpoints"].filter(pl.col("occurred_at") < then),
        "orders": tables["orders"].filter(pl.col("ordered_at") < then),
        "surveys": tables["surveys"].filter(pl.col("answered_at") < then),
    }
    alone = compute_acquisition(lake_of(tmp_path / "b", tables | cut), then)
    assert before is not None
    assert alone is not None
    assert before.funnel.equals(alone.funnel)
    assert before.referrals.equals(alone.referrals)


@pytest.mark.parametrize("code", ["en", "es"])
def test_it_is_shown_in_both_languages_and_nothing_where_there_are_too_few(tmp_path: Path, code: str):
    language = Language.from_code(code)
    acquisition = compute_acquisition(lake_of(tmp_path / "a", build_tables()), DAY)
    part = str(render_acquisition(acquisition, language))
    assert {"en": "largest leak", "es": "mayor fuga"}[code] in part
    few = {"customers": pl.DataFrame({"customer_id": ["a"]})}
    assert compute_acquisition(lake_of(tmp_path / "b", few), DAY) is None
    assert str(render_acquisition(None, language)) == ""


def test_without_referrals_there_is_no_table_of_them(tmp_path: Path):
    tables = build_tables()
    tables["customers"] = tables["customers"].drop("referred_by")
    acquisition = compute_acquisition(lake_of(tmp_path, tables), DAY)
    assert acquisition is not None
    assert compare_referrals(list_prospects(lake_of(tmp_path / "x", tables), DAY), tables["surveys"]).height == 1
    assert "referrals" not in str(render_acquisition(acquisition, Language.from_code("en")))
