"""What `only` leaves out is counted by value, and no person is named."""

import polars as pl

from lealtad.sources.contract.tables import get_table
from lealtad.sources.row_filter import count_left_out_values


def test_values_that_are_left_out_are_counted_without_names_and_at_no_length():
    long = "x" * 200
    rows = pl.DataFrame({"Status": ["paid", "void", "void", "Ana García", "ana@example.com", long, None]})
    counts = dict(count_left_out_values(rows, get_table("orders"), {"Status": ("paid",)}))
    assert counts == {
        '"Status" is "void"': 2,
        '"Status" is "[name]"': 1,
        '"Status" is "[e-mail]"': 1,
        f'"Status" is "{long[:60]}"': 1,
        '"Status" is ""': 1,
    }


def test_a_column_of_many_values_is_not_listed():
    rows = pl.DataFrame({"Status": [f"s{number}" for number in range(30)]})
    assert list(count_left_out_values(rows, get_table("orders"), {"Status": ("paid",)})) == []
