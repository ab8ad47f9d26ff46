"""The 2017 survey of San Francisco's airport: its published net promoter score, its invalid answers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from lealtad.kpis import nps
from lealtad.sources.contract import split

FILE = Path(__file__).parents[2].parent / "shared" / "data" / "sfo_survey" / "2017_SFO_Customer_Survey.csv"
pytestmark = pytest.mark.skipif(not FILE.exists(), reason=f"real data absent: {FILE.name}")


@pytest.fixture(scope="module")
def parts():
    rows = pl.read_csv(FILE, infer_schema=False, encoding="utf8-lossy").select(
        pl.col("RESPNUM").alias("survey_id"),
        pl.col("RESPNUM").alias("customer_id"),
        pl.lit("nps").alias("metric"),
        pl.lit("relational").alias("kind"),
        pl.lit("2017-05-01").alias("sent_at"),
        pl.lit("2017-05-31").alias("answered_at"),
        pl.col("NETPRO").alias("score"),
        pl.lit(0).alias("scale_min"),
        pl.lit(10).alias("scale_max"),
    )
    return split("surveys", rows)


def test_invalid_elevens_are_rejected_and_counted(parts):
    assert parts.rows_in == 2831
    assert parts.rejected["rules"].value_counts().rows() == [("score_is_on_scale", 84)]
    assert parts.valid["score"].null_count() == 1


def test_published_score_and_interval(parts):
    found = nps(parts.valid).row(0, named=True)
    assert found["n"] == 2746
    assert round(found["value"], 1) == 39.8
    assert (round(found["low"], 1), round(found["high"], 1)) == (37.2, 42.5)
