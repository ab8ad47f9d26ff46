"""Rows that are in order are not sorted again, and all others are."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from lealtad.lake.order import sort_rows
from tests.companies import INSTANT, at

_times = st.integers(0, 2).map(at)
_rows = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.one_of(st.none(), _times),
        st.one_of(st.none(), st.sampled_from("xyz")),
        _times,
        st.integers(0, 99),
    ),
    max_size=12,
)


@given(_rows)
def test_rows_come_sorted_by_customer_knowledge_and_key_nulls_first(rows):
    """What ties in all of them stays as it was loaded: the rest of the row plays no part."""
    key = {"customer_id": pl.String, "known_at": INSTANT, "ticket_id": pl.String, "occurred_at": INSTANT}
    frame = pl.DataFrame(rows, schema={**key, "rest": pl.Int64}, orient="row")
    found = sort_rows("ticket_events", frame)
    assert_frame_equal(found, frame.sort(*key, maintain_order=True))
    assert sort_rows("ticket_events", found) is found


def test_tables_of_no_customers_are_sorted_by_what_they_have():
    frame = pl.DataFrame({"known_at": [at(2), at(1)], "rest": [1, 2]})
    assert sort_rows("anything", frame)["rest"].to_list() == [2, 1]
    assert sort_rows("anything", frame.select("rest"))["rest"].to_list() == [1, 2]
