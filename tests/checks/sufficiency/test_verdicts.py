"""What is missing is said in numbers: with exactly so much more, the answer is yes."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.checks.sufficiency import DataEvidence, build_report
from lealtad.checks.sufficiency.text import TextLayout, render_json, render_text
from lealtad.company.model_definition import ModelDefinition
from tests.checks.sufficiency.conftest import NOW, customers, evidence_of, orders

SMALL = ModelDefinition.model_validate(
    {
        "name": "churn",
        "label": {"horizon_days": 14, "alive_days": 28, "alive_orders": 1},
        "dates": {"step_days": 7, "train": 8, "test": 2},
    }
)
# alive 28 + horizon 14 + (8 train + 2 embargo + 2 test − 1) × 7 days
NEEDED = 28 + 14 + 11 * 7


def company(days: int, buyers: int = 120) -> DataEvidence:
    """Half of the customers buy every week; the other half pause, each for a month, in turn."""
    now = NOW.replace(hour=12)
    rows = orders(days, 40, now, buyers)
    number = pl.col("customer_id").str.slice(1).cast(pl.Int64)
    age = (pl.lit(now) - pl.col("ordered_at")).dt.total_days()
    pauses = (number % 2 == 1) & ((age + number * 3) % 60 < 30)
    return evidence_of(now, customers=customers(buyers), orders=rows.filter(~pauses))


def measures(verdict):
    return {one.name: (one.value, one.needed) for one in verdict.measures}


def test_enough_is_enough():
    verdict = build_report(company(200), SMALL).churn
    assert verdict.usable
    assert measures(verdict)["history_days"][1] == NEEDED


def test_a_history_too_short_says_how_many_days_more():
    short = build_report(company(NEEDED - 20), SMALL).churn
    assert not short.usable
    (lack,) = [one for one in short.lacks if one.code.endswith("short_history")]
    enough = build_report(company(NEEDED - 20 + lack.values["short"]), SMALL).churn
    assert "short_history" not in {one.code for one in enough.lacks}
    assert measures(enough)["history_days"][0] == NEEDED


def test_fewer_dates_help_as_the_advice_says():
    lack = next(
        one for one in build_report(company(NEEDED - 10), SMALL).churn.lacks if one.code == "short_history"
    )
    fewer = SMALL.model_copy(update={"dates": SMALL.dates.model_copy(update={"train": lack.values["train"]})})
    assert "short_history" not in {one.code for one in build_report(company(NEEDED - 10), fewer).churn.lacks}


def test_nobody_leaves_where_everybody_buys():
    steady = evidence_of(NOW.replace(hour=12), customers=customers(), orders=orders(200, 5, NOW.replace(hour=12)))
    codes = {one.code: one.values for one in build_report(steady, SMALL).churn.lacks}
    assert codes["few_left_train"]["short"] == 25


def test_without_orders_there_is_no_churn_and_without_surveys_no_promoter(clean):
    alone = DataEvidence({"customers": clean.tables["customers"]}, clean.rejected, {"customers": 30}, NOW)
    report = build_report(alone, SMALL)
    assert [one.code for one in report.churn.lacks] == ["needs_orders"]
    assert [one.code for one in report.promoter.lacks] == ["needs_surveys"]


def answers(promoters: int, others: int) -> pl.DataFrame:
    scores = [10] * promoters + [5] * others + [None] * 20
    at = [None if score is None else NOW - timedelta(days=20) for score in scores]
    return pl.DataFrame(
        {
            "survey_id": [str(i) for i in range(len(scores))],
            "customer_id": [f"c{i % 30}" for i in range(len(scores))],
            "metric": "nps",
            "kind": "relational",
            "sent_at": NOW - timedelta(days=21),
            "answered_at": pl.Series(at, dtype=pl.Datetime("us", "UTC")),
            "score": pl.Series(scores, dtype=pl.Float64),
            "scale_min": 0,
            "scale_max": 10,
        }
    )


@pytest.mark.parametrize(("promoters", "others", "lacks"), [(25, 25, []), (13, 25, ["few_promoters"])])
def test_promoters_need_25_of_each_kind(promoters, others, lacks):
    evidence = evidence_of(customers=customers(), orders=orders(200), surveys=answers(promoters, others))
    verdict = build_report(evidence, SMALL).promoter
    assert [one.code for one in verdict.lacks] == lacks
    assert [one.values["short"] for one in verdict.lacks] == [25 - promoters] * len(lacks)
    assert measures(verdict)["response_rate"][0] == pytest.approx((promoters + others) / (promoters + others + 20))


def test_a_load_that_would_stop_is_not_usable():
    strangers = evidence_of(
        NOW.replace(hour=12),
        customers=customers(100),
        orders=company(200).tables["orders"].select("order_id", "customer_id", "ordered_at", "amount"),
    )
    assert "load_stops" in {one.code for one in build_report(strangers, SMALL).churn.lacks}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_text_keeps_its_width_and_says_every_finding(language):
    report = build_report(company(NEEDED - 20), SMALL)
    words = Language.from_code(language)
    plain = render_text(report, TextLayout(words, 80, coloured=False), "here")
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert "{" not in plain
    assert "\x1b" not in plain
    assert "\x1b[" in render_text(report, TextLayout(words, 80, coloured=True), "here")
    assert '"usable": false' in render_json(report, words, "folder", NOW)
