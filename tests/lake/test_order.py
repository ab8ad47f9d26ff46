"""Rows that are in order are not sorted again, and all others are."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.lake.order import in_order
from tests.companies import INSTANT, at

_rows = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.one_of(st.none(), st.integers(0, 2).map(at)),
        st.one_of(st.none(), st.sampled_from("xyz")),
    ),
    max_size=6,
)


@given(_rows)
def test_rows_come_sorted_by_customer_knowledge_and_key_nulls_first(rows):
    schema = {"customer_id": pl.String, "known_at": INSTANT, "order_id": pl.String}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    found = in_order("orders", frame)
    assert_frame_equal(found, frame.sort("customer_id", "known_at", "order_id"))
    assert in_order("orders", found) is found
