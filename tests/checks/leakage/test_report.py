"""The content of the report, and until when it applies to the current features."""

import json

import polars as pl

from lealtad.base.language import Language
from lealtad.checks.leakage import REPORT, LeakCheck, LeakFinding, LeakReport, read_current_report, write_page
from lealtad.checks.leakage.sample import sample_customers
from lealtad.checks.leakage.word_fit import check_words
from lealtad.examples.features import CATALOG
from lealtad.lake import Lake, commit_tables
from tests.companies import at

ECHO = pl.DataFrame(
    {
        "feature": ["orders_28d", "<b>"],
        "aspect": ["value", "absence"],
        **{f"auc_{name}": [0.8, float("nan")] for name in ("0", "1", "2", "beyond", "newest")},
    }
)


def report(*findings, **made_of):
    checks = (
        LeakCheck("future removed", "Nothing changes.", 10, 5),
        LeakCheck("merges dated", "All are dated.", 0, 0),
    )
    dates = ("2026-01-01",)
    return LeakReport(3, made_of, dates, dates, 400, 2, checks, findings, ECHO)


LEAK = LeakFinding("error", "future removed", "orders_28d", "It changes.", "Look back only.")
LOOK = LeakFinding("warning", "echo", "<b>", "It is strong.", "Look.")


def test_an_error_makes_it_unclean_and_a_warning_does_not():
    assert report().is_clean
    assert report(LOOK).is_clean
    content = report(LEAK, LOOK).to_json()
    assert not content["clean"]
    assert [(check["passed"], check["offending"]) for check in content["checks"]] == [
        (False, ["orders_28d"]),
        (True, []),
    ]
    assert content["echo"][1]["auc_0"] is None
    json.dumps(content, allow_nan=False)


def test_the_page_names_what_leaks_and_escapes_it(tmp_path):
    write_page(tmp_path / "page.html", report(LEAK, LOOK), Language.from_code("en"))
    page = (tmp_path / "page.html").read_text()
    assert "Not clean: no model may learn from 1 feature" in page
    assert "&lt;b&gt;" in page
    assert "<code><b><b>" not in page
    assert "nothing to check" in page


def test_a_report_is_current_while_the_features_are_made_of_the_same(tmp_path):
    features = pl.DataFrame({"customer_id": ["a"], "as_of": [at(0)], "orders": [1.0]})
    lake = commit_tables(
        Lake.open_or_new(tmp_path / "lake", 1),
        {"features": features},
        {"features": {"catalog": "x", "orders": "2"}},
    )
    assert read_current_report(tmp_path, lake) is None
    for made_of, current in ({"catalog": "x"}, True), ({"catalog": "y"}, False), ({}, False):
        (tmp_path / REPORT).write_text(json.dumps(report(**made_of).to_json()))
        assert (read_current_report(tmp_path, lake) is not None) is current
    (tmp_path / REPORT).write_text("{")
    assert read_current_report(tmp_path, lake) is None


def test_words_must_be_fitted_before_the_first_test_date():
    check, none = check_words({"fitted_before": at(0).isoformat()}, at(24), CATALOG)
    assert check.compared
    assert none == []
    for notes in ({"fitted_before": at(48).isoformat()}, {}):
        _, found = check_words(notes, at(24), CATALOG)
        assert {finding.feature for finding in found} == {
            column for one in CATALOG if one.source == "placed_comments" for column in one.columns
        }
    assert check_words(None, at(24), CATALOG)[1] == []


def test_the_sample_is_the_same_every_time_and_holds_whole_people(tables, tmp_path):
    lake = commit_tables(Lake.open_or_new(tmp_path / "lake", 1), tables)
    one, again = sample_customers(lake, 30), sample_customers(lake, 30)
    assert all(rows.equals(again[name]) for name, rows in one.items())
    people = pl.concat([rows["customer_id"] for name, rows in one.items() if name != "identities"]).unique()
    assert 30 <= len(people) < 60
    links = tables["identities"]
    for alias, customer in links.select("alias", "customer_id").iter_rows():
        assert (alias in people) == (customer in people)
    whole = tables["orders"].filter(pl.col("customer_id").is_in(people.implode()))
    assert one["orders"].height == whole.height
