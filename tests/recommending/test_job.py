"""The job as its user runs it: files, page, guards, and nothing later than the date."""

import stat

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.lake import Lake
from lealtad.recommending import Protocol, recommend
from lealtad.recommending.page import write_recommendation_page
from lealtad.recommending.wording import describe_reason, read_words
from tests.conftest import run_job_here
from tests.lakes import lake_of
from tests.recommending.conftest import COMPLAINS, DETRACTOR, NO_MARGIN, ONCE, OPTED_OUT, SOLD_OUT, WITHDRAWN

pytestmark = pytest.mark.slow

SMALL = Protocol(dates=2)


@pytest.fixture(scope="module")
def report(out, as_of):
    return recommend(Lake.open(out / "lake"), as_of, SMALL)


def test_the_files_hold_the_offers_and_are_private(out):
    done = run_job_here("recommend", "--out", out)
    assert "goes_with" in done.stderr
    rows = pl.read_parquet(out / "recommendations.parquet")
    assert rows.select("customer_id", "task", "rank").is_unique().all()
    assert rows["rank"].max() <= 10
    assert rows["reason"].null_count() == 0
    assert pl.read_csv(out / "recommendations.csv").height == rows.height
    for name in ("recommendations.parquet", "recommendations.csv", "recommendations.html"):
        assert stat.S_IMODE((out / name).stat().st_mode) == 0o600


def test_taken_bucket_by_bucket_the_offers_are_the_same(out, as_of, report):
    """What a job writes as it comes is what a caller gets whole; none is kept besides."""
    taken = []
    lake = Lake.open(out / "lake")
    streamed = recommend(lake, as_of, SMALL, learned=report.learned, take=taken.append)
    assert len(taken) == len(lake.buckets) > 1
    assert pl.concat(taken).equals(report.offers.rows)
    assert streamed.offers.rows.is_empty()
    for name in ("offered", "withheld", "abstained"):
        assert getattr(streamed.offers, name).equals(getattr(report.offers, name))
    counted = report.offers.rows.group_by("task").agg(pl.len(), pl.col("customer_id").n_unique()).sort("task")
    assert report.offers.offered.rows() == counted.rows()


def test_guards_hold_on_a_lake(report):
    rows = report.offers.rows
    assert rows.height
    assert not set(rows["customer_id"]) & {OPTED_OUT, COMPLAINS, DETRACTOR}
    assert not set(rows["product_id"]) & {WITHDRAWN, NO_MARGIN, SOLD_OUT}
    assert rows.filter(product_id=ONCE, task="buy_again").is_empty()
    assert {"consent", "open_complaint", "detractor", "withdrawn", "out_of_stock", "no_margin"} <= set(
        report.offers.withheld["guard"]
    )


def test_each_buyer_has_an_offer_or_a_reason_for_none(tables, report, as_of):
    """Customers with offers and those without, by reason, are all who bought anything; reasons have words."""
    offers, lines = report.offers, tables["order_lines"].filter(pl.col("ordered_at") < as_of)
    for task in ("buy_again", "goes_with"):
        with_any, without = (
            table.filter(task=task)["customers"].sum() for table in (offers.offered, offers.abstained)
        )
        assert with_any + without == lines["customer_id"].n_unique()
    assert offers.abstained.filter(reason="no_candidate")["customers"].to_list() == [1, 1]
    assert set(offers.abstained["reason"]) <= set(read_words("en")["guards"])


def test_the_tasks_are_never_mixed(report):
    both = report.offers.rows.group_by("customer_id", "product_id").agg(pl.col("task").n_unique())
    assert both["task"].max() == 1


def test_the_future_changes_nothing(tables, as_of, report, tmp_path):
    lines = tables["order_lines"].filter(pl.col("ordered_at") < as_of)
    kept = {**tables, "order_lines": lines, "orders": tables["orders"].filter(pl.col("ordered_at") < as_of)}
    again = recommend(lake_of(tmp_path / "lake", kept), as_of, SMALL)
    assert again.offers.rows.equals(report.offers.rows)


def test_every_offer_has_its_support(report):
    new = report.offers.rows.filter(task="goes_with")
    assert (new["share_low"] > new["usual"]).all()
    assert (new["share_low"] <= new["share"]).all()
    assert (new["share"] <= new["share_high"]).all()


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_page_speaks_both_languages(report, code, tmp_path):
    language = Language.from_code(code)
    write_recommendation_page(tmp_path / "page.html", report, language)
    text = (tmp_path / "page.html").read_text("utf-8")
    assert read_words(code)["page"]["title"] in text
    assert "c0000" not in text  # no customer stands on the page
    assert all(describe_reason(row, language) for row in report.offers.rows.head(50).iter_rows(named=True))


def test_both_languages_have_the_same_sentences():
    english, spanish = read_words("en"), read_words("es")
    assert {part: set(words) for part, words in english.items()} == {
        part: set(words) for part, words in spanish.items()
    }


def test_without_lines_the_error_says_what_to_do(tables, tmp_path):
    lake_of(tmp_path / "lake", {"customers": tables["customers"], "orders": tables["orders"]})
    done = run_job_here("recommend", "--out", tmp_path, check=False)
    assert done.returncode == 2
    assert "order_lines" in done.stderr
    assert "lealtad ingest" in done.stderr
