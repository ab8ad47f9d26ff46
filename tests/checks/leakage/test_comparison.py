"""Feature tables must be bit-identical."""

import numpy as np
import polars as pl

from lealtad.checks.leakage.comparison import ROWS, compare
from tests.companies import at

ONE = pl.DataFrame(
    {"customer_id": ["a", "b", "c"], "as_of": [at(0)] * 3, "orders": [1.0, 2.0, None], "items": [0.0, 1.0, 2.0]},
    schema_overrides={"orders": pl.Float32},
)


def test_the_same_rows_in_another_order_do_not_differ():
    assert compare(ONE, ONE.reverse()).is_empty()


def test_the_last_bit_and_a_null_count():
    orders = [float(np.nextafter(np.float32(1), np.float32(2))), 2.0, 0.0]
    changed = ONE.with_columns(orders=pl.Series(orders, dtype=pl.Float32))
    assert compare(ONE, changed).rows() == [("orders", 2, "a", at(0))]


def test_rows_and_columns_that_only_one_has_are_told():
    assert compare(ONE, ONE.head(2)).rows() == [(ROWS, 1, "c", at(0))]
    assert compare(ONE, ONE.drop("items")).rows() == [("items", 3, "a", at(0))]
