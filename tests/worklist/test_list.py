"""The list ranks by expected loss, and its files are safe to open."""

from datetime import UTC, datetime

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.definition import Definition, Value
from lealtad.language import Language
from lealtad.worklist import column_definitions, rank, value_at_stake, write_csv, write_spreadsheet
from tests.companies import as_of_dates, at, order_tables

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def scores(probabilities):
    n = len(probabilities)
    return pl.DataFrame(
        {
            "customer_id": [f"c{i:03d}" for i in range(n)],
            "as_of": [DAY] * n,
            "churn_probability": probabilities,
            "model_version": ["churn/1"] * n,
        },
        schema_overrides={"churn_probability": pl.Float64},
    )


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1000)), min_size=1, max_size=40),
    st.integers(1, 50),
    st.integers(0, 99),
)
def test_the_list_holds_the_largest_losses_in_order_whatever_the_row_order(customers, capacity, seed):
    given_scores = scores([customer[0] for customer in customers])
    values = given_scores.select("customer_id").with_columns(
        pl.Series("value_at_stake", [customer[1] for customer in customers])
    )
    listed = rank(given_scores, values, capacity)
    losses = sorted((p * v for p, v in customers), reverse=True)[:capacity]
    assert listed["expected_loss"].to_list() == pytest.approx(losses)
    assert listed["rank"].to_list() == list(range(1, listed.height + 1))
    shuffled = given_scores.sample(fraction=1, shuffle=True, seed=seed)
    assert rank(shuffled, values, capacity).equals(listed)


def test_bands_are_those_the_definitions_state():
    listed = rank(
        scores([0.5, 0.25, 0.1, 0.09]), pl.DataFrame({"customer_id": ["c000"], "value_at_stake": [1.0]}), 9
    )
    assert dict(listed.select("customer_id", "band").rows()) == {
        "c000": "very high",
        "c001": "high",
        "c002": "medium",
        "c003": "low",
    }


@given(order_tables(), as_of_dates)
def test_value_at_stake_knows_nothing_later_and_is_never_negative(orders, dates):
    value = Value(lookback_days=30)
    now = value_at_stake(orders, dates[0], value, 28)
    past = value_at_stake(orders.filter(pl.col("known_at") < dates[0]), dates[0], value, 28)
    assert now.equals(past)
    assert (now["value_at_stake"] >= 0).all()


def test_a_stated_margin_goes_before_the_assumed_rate():
    orders = pl.DataFrame(
        {
            "customer_id": ["a", "a"],
            "ordered_at": [at(0), at(1)],
            "known_at": [at(0), at(1)],
            "amount": [100.0, 100.0],
            "margin": [10.0, None],
        }
    )
    found = value_at_stake(orders, at(48), Value(margin_rate=0.25, lookback_days=28), 28)
    assert found.row(0) == ("a", 35.0)


HOSTILE = ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "harmless"]


def a_list(ids):
    return pl.DataFrame(
        {
            "as_of": [DAY] * len(ids),
            "rank": range(1, len(ids) + 1),
            "customer_id": ids,
            "churn_probability": [0.5] * len(ids),
            "reason_1": ["Bought nothing."] * len(ids),
            "data_notes": [None] * len(ids),
        },
        schema_overrides={"data_notes": pl.String},
    )


def test_text_that_looks_like_a_formula_stays_text_in_the_spreadsheet(tmp_path):
    path = tmp_path / "list.xlsx"
    write_spreadsheet(a_list(HOSTILE), {"rank": "=1+1"}, path)
    book = openpyxl.load_workbook(path)
    cells = [row[2] for row in book["worklist"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == HOSTILE
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)
    assert book["definitions"]["B1"].data_type == "s"


def test_the_spreadsheet_freezes_and_filters_its_header_and_formats_numbers(tmp_path):
    path = tmp_path / "list.xlsx"
    write_spreadsheet(a_list(["a", "b"]), {"rank": "first"}, path)
    sheet = openpyxl.load_workbook(path)["worklist"]
    assert sheet.freeze_panes == "D2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert sheet["D2"].number_format == "0.0%"
    assert sheet["A2"].number_format == "yyyy-mm-dd"


def test_text_that_looks_like_a_formula_is_quoted_in_the_csv(tmp_path):
    path = tmp_path / "list.csv"
    write_csv(a_list(HOSTILE), path)
    ids = pl.read_csv(path, infer_schema=False)["customer_id"].to_list()
    assert ids == [f"'{one}" if one != "harmless" else one for one in HOSTILE]


@pytest.mark.slow
def test_every_column_of_the_list_is_defined(demo):
    defined = column_definitions(Definition.read("models/churn_inactivity/model.toml"), Language.named("en"))
    assert set(pl.read_csv(demo / "worklist.csv").columns) == set(defined)
