"""Whatever a company calls its columns and values, what is written is TOML that says just that."""

import tomllib

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.sources.recognition import Proposal, propose_sections, render_settings
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.source_tables import Place, SourceTable

# what a CSV cell may hold; a lone surrogate is no text
words = st.text(st.characters(blacklist_categories=["Cs"]), min_size=1, max_size=12).filter(
    lambda word: word.strip() == word and "\0" not in word
)


def found(name, rows):
    contents = tuple(describe_content(rows[column]) for column in rows.columns)
    return SourceTable(Place(name, {"files": name}), contents, match_shape(name, contents))


@pytest.mark.slow
@given(words, st.lists(words, min_size=1, max_size=5, unique=True), words)
def test_any_name_and_any_value_survive(extra, kinds, file):
    rows = pl.DataFrame(
        {
            "touchpoint_id": [str(i) for i in range(20)],
            "customer_id": ["7", "8"] * 10,
            "occurred_at": ["2026-01-05T10:00:00Z"] * 20,
            "stage": [*kinds, *["Compra web"] * 20][:20],
            "channel": ["web"] * 20,
            "touchpoint": ["visit"] * 20,
            f"x{extra}": ["a"] * 20,
        }
    )
    one = found("interactions", rows)
    sections = propose_sections([one])
    settings = tomllib.loads(render_settings(sections, [(file, "not recognised")], looked_at=file, data=file))
    touchpoints = settings["sources"]["touchpoints"]
    assert touchpoints["columns"]["stage"] == "stage"
    mapped = touchpoints.get("values", {}).get("stage", {})
    assert mapped["Compra web"] == "purchase"
    assert set(mapped) <= {*kinds, "Compra web"}


@pytest.mark.slow
@given(words)
def test_any_name_of_a_needed_column_is_quoted_in_queries(extra):
    name = f'Customer "{extra}" id'
    rows = pl.DataFrame(
        {
            "Invoice": ["1", "1", "2"],
            name: ["7", "7", "8"],
            "InvoiceDate": ["2026-01-05 10:00:00"] * 3,
            "Quantity": ["1", "2", "-3"],
            "Price": ["1.5", "2.5", "3.5"],
        }
    )
    one = found("orders", rows)
    if one.match is None or name not in one.match.columns.values():
        return
    settings = tomllib.loads(render_settings(propose_sections([one]), [], looked_at="", data=""))
    assert name.replace('"', '""') in settings["sources"]["orders"]["query"]


def test_a_file_with_a_header_and_no_rows_is_no_table():
    assert found("orders", pl.DataFrame(schema={"order_id": pl.String, "customer_id": pl.String})).match is None


def test_files_of_facts_alone_give_the_customers_they_name():
    rows = pl.DataFrame(
        {"order_id": ["1"], "customer_id": ["7"], "ordered_at": ["2026-01-05"], "amount": ["3"], "Country": ["ES"]}
    )
    customers, orders = propose_sections([found("orders", rows)])
    assert (customers.table, orders.table) == ("customers", "orders")
    assert 'min("Country") as country' in customers.query


def test_any_sign_in_a_key_is_escaped():
    place = Place("orders", {"files": "orders"})
    orders = Proposal("orders", place, keys={"times": {"amount": ["Price\x7f"]}, "one_row_per": "No\x7f"})
    settings = tomllib.loads(render_settings([orders], [], looked_at="", data=""))["sources"]["orders"]
    assert settings["times"]["amount"] == ["Price\x7f"]
    assert settings["one_row_per"] == "No\x7f"
