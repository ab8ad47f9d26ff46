"""A bucket holds whole customers, and is the same wherever it is computed."""

from zlib import crc32 as zlib_crc32

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lealtad.lake.buckets import FACTS_PER_BUCKET, assign_buckets, count_buckets, crc32
from lealtad.lake.identities import find_homes

ids = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), max_size=30)


@given(ids)
def test_the_crc_is_that_of_zlib(texts):
    assert crc32(pl.Series(texts, dtype=pl.String)).tolist() == [zlib_crc32(text.encode()) for text in texts]


@given(ids, st.sampled_from([1, 2, 64]))
def test_a_bucket_is_the_crc_modulo_their_number(texts, buckets):
    found = assign_buckets(pl.Series(texts, dtype=pl.String), buckets)
    assert found.to_list() == [zlib_crc32(text.encode()) % buckets for text in texts]
    assert found.dtype == pl.Int32


@given(ids, st.sampled_from([1, 2, 64]))
def test_twice_as_many_buckets_split_each_into_two(texts, buckets):
    before, after = (assign_buckets(pl.Series(texts, dtype=pl.String), count) for count in (buckets, 2 * buckets))
    assert (after % buckets).to_list() == before.to_list()


@given(st.integers(0, 10**10))
def test_the_number_of_buckets_is_the_least_power_of_two_that_holds_the_facts(facts):
    count = count_buckets(facts)
    assert count & (count - 1) == 0
    assert facts <= count * FACTS_PER_BUCKET
    assert count == 1 or facts > count / 2 * FACTS_PER_BUCKET


def test_tied_customers_live_where_their_home_is():
    tied = find_homes(pl.DataFrame({"alias": ["9", "7"], "customer_id": ["7", "4"]}))
    together = assign_buckets(pl.Series(["9", "7", "4", "8"]), 64, tied)
    alone = assign_buckets(pl.Series(["4", "8"]), 64)
    assert together.to_list() == [alone[0], alone[0], alone[0], alone[1]]
