"""Messages say what is wrong with a value, and not the value: stderr is read by others than the file."""

import sqlite3

import duckdb
import polars as pl
import pytest

from lealtad.base.errors import DataError
from lealtad.sources.database import read_database
from lealtad.sources.files import read_file
from lealtad.sources.query import run_query
from lealtad.sources.secret import hide_values

PERSON = "ana.garcia@example.com"


@pytest.mark.parametrize(
    "query", ["select customer_id::int from rows", "select cast(customer_id as date) from rows"]
)
def test_a_value_that_cannot_be_converted_is_not_repeated(tmp_path, query):
    rows = pl.DataFrame({"customer_id": [PERSON]})
    with duckdb.connect(tmp_path / "shop.duckdb") as con:
        con.execute(f"create table rows as select '{PERSON}' as customer_id")
    for read in (
        lambda: run_query("orders", {"rows": [rows]}, query),
        lambda: read_database("orders", "duckdb:///shop.duckdb", None, query, tmp_path),
    ):
        with pytest.raises(DataError, match="onver") as refused:
            list(read())
        assert PERSON not in str(refused.value)


def test_a_damaged_file_does_not_quote_its_rows(tmp_path):
    path = tmp_path / "orders.jsonl"
    path.write_text('{"order_id": "' + PERSON)
    frames = list(read_file(path, "orders"))
    assert [name for frame in frames for name in frame.columns] == ["source_text"]


def test_names_of_columns_are_still_told(tmp_path):
    con = sqlite3.connect(tmp_path / "shop.db")
    con.execute("create table orders (order_id text)")
    con.close()
    with pytest.raises(DataError, match="no such column: plan"):
        list(read_database("orders", "sqlite:///shop.db", None, "select plan from orders", tmp_path))
    assert (
        hide_values('invalid input syntax for type integer: "ana"') == 'invalid input syntax for type integer: "…"'
    )


def test_undeclared_levels_are_counted_and_not_named(tmp_path, capsys):
    from lealtad.base import job
    from lealtad.examples.features import CompanyProfile
    from lealtad.jobs.features import _report_missing_features
    from tests.lakes import lake_of

    lake = lake_of(
        tmp_path / "lake", {"customers": pl.DataFrame({"customer_id": ["1", "2"], "attr_plan": [PERSON, "gold"]})}
    )
    with job.step("features", tmp_path) as step:
        _report_missing_features(step, lake, CompanyProfile(levels={"attr_plan": ("gold",)}))
    output = capsys.readouterr().err
    assert "attr_plan: 1 value of 1 customer not declared as levels: see unseen_levels in" in output
    assert PERSON not in output
    assert PERSON in (tmp_path / "summary.json").read_text()
