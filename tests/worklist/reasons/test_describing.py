"""A card says a fact once, starts from strengths of the last year, and is never without a reason."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.examples.features import CATALOG
from lealtad.worklist.reasons import EvidenceWriter, Histories, RankedCauses, describe_reasons
from lealtad.worklist.reasons.sentences import ReasonWords, WordedColumn
from tests.companies import INSTANT, at
from tests.lakes import lake_of

NOW = at(24 * 800)
WORDED = {column: WordedColumn(one, variant) for one in CATALOG for column, variant in one.columns.items()}


def build_writer(tmp_path, accepted_days_ago, code):
    contacted = NOW - timedelta(days=accepted_days_ago)
    tables = {
        "customers": pl.DataFrame({"customer_id": ["a"], "became_customer_at": [at(1)]}),
        "orders": pl.DataFrame(
            {
                "order_id": [f"o{day}" for day in range(6)],
                "customer_id": ["a"] * 6,
                "ordered_at": [NOW - timedelta(days=90 + 10 * day) for day in range(6)],
                "amount": [9.5] * 6,
            },
            schema_overrides={"ordered_at": INSTANT},
        ),
        "interventions": pl.DataFrame(
            {
                "customer_id": ["a"],
                "campaign_id": ["x"],
                "assigned_at": [contacted],
                "contacted_at": [contacted],
                "arm": ["treated"],
                "action": ["call"],
                "outcome": ["accepted"],
            },
            schema_overrides={"assigned_at": INSTANT, "contacted_at": INSTANT},
        ),
    }
    lake = lake_of(tmp_path / "lake", tables)
    return EvidenceWriter(Histories(lake, NOW, ["a"]), NOW, Language.from_code(code))


def describe(tmp_path, columns, values, code="en", accepted_days_ago=20):
    known = {column: WORDED[column] for column in values}
    words = ReasonWords(known, dict.fromkeys(values, 3.0), Language.from_code(code), as_of=NOW)
    reasons = describe_reasons(
        {"a": RankedCauses(tuple(columns), values)}, words, build_writer(tmp_path, accepted_days_ago, code)
    )
    return reasons.row(0, named=True)


def test_nothing_bought_is_said_once(tmp_path):
    values = {"days_since_order": 90.0, "amount_28d": 0.0}
    reasons = describe(tmp_path, list(values), values)
    assert reasons["reason_1"] == "Has bought nothing for 90 days; used to every 10 days."
    assert reasons["reason_2"] is None


@pytest.mark.parametrize(("code", "word"), [("en", "No single cause"), ("es", "Ninguna causa")])
def test_a_customer_whom_no_cause_explains_has_a_card_that_says_so(tmp_path, code, word):
    reasons = describe(tmp_path, [], {"tenure_days": 100.0}, code)
    assert reasons["reason_1"].startswith(word)
    assert reasons["reason_1_about"] is None


def test_an_offer_accepted_more_than_a_year_ago_is_no_strength(tmp_path):
    assert "Accepted an offer" in describe(tmp_path / "new", [], {"tenure_days": 800.0})["against_1"]
    old = describe(tmp_path / "old", [], {"tenure_days": 800.0}, accepted_days_ago=400)["against_1"]
    assert old == "Has been with us for 2 years."


def test_an_accepted_offer_whose_contact_is_not_recorded_is_no_strength(tmp_path):
    tables = {
        "customers": pl.DataFrame({"customer_id": ["a"]}),
        "interventions": pl.DataFrame(
            {"customer_id": ["a"], "campaign_id": ["x"], "assigned_at": [NOW - timedelta(days=20)]}
            | {"arm": ["treated"], "action": ["call"], "outcome": ["accepted"]},
            schema_overrides={"assigned_at": INSTANT},
        ),
    }
    lake = lake_of(tmp_path / "lake", tables)
    assert "contacted_at" not in lake.columns("interventions")
    writer = EvidenceWriter(Histories(lake, NOW, ["a"]), NOW, Language.from_code("en"))
    words = ReasonWords({}, {}, Language.from_code("en"), as_of=NOW)
    reasons = describe_reasons({"a": RankedCauses((), {})}, words, writer)
    assert reasons["against_1"].to_list() == [None]
