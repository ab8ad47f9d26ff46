"""A load adds each row once, corrects from when it was known, keeps every reject, and commits all or nothing."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import DataError
from lealtad.lake import Lake
from lealtad.sources import Batch, Source, SourceFile
from tests.lake.loading.companies import customers, day, history, load_given, orders, source

pytestmark = pytest.mark.slow

PEOPLE = customers("a", "b", "c")
BOUGHT = orders(("1", "a", 1, 5), ("2", "a", 2, 6), ("3", "b", 3, 7))


def counts(done, table="orders"):
    count = done.counts[table]
    assert count.rows_in == count.valid + count.rejected
    assert count.valid == count.added + count.corrected + count.repeated
    return count.added, count.corrected, count.repeated, count.rejected


def test_the_same_source_twice_adds_nothing_and_commits_nothing(tmp_path):
    given_twice = source(customers=PEOPLE, orders=BOUGHT)
    assert counts(load_given(tmp_path, given_twice)) == (3, 0, 0, 0)
    before, number = history(tmp_path), Lake.open(tmp_path / "lake").number
    assert counts(load_given(tmp_path, given_twice, at=300)) == (0, 0, 3, 0)
    assert history(tmp_path) == before
    assert Lake.open(tmp_path / "lake").number == number


def test_a_corrected_row_supersedes_from_the_load_on_and_the_past_stays(tmp_path):
    load_given(tmp_path, source(customers=PEOPLE, orders=BOUGHT))
    corrected = orders(("2", "a", 2, 60))
    assert counts(load_given(tmp_path, source(orders=corrected), at=210)) == (0, 1, 0, 0)
    lake = Lake.open(tmp_path / "lake")
    assert lake.read("orders", where=pl.col("order_id") == "2")["amount"].to_list() == [60]
    assert lake.read("orders", where=pl.col("order_id") == "2", as_of=day(205))["amount"].to_list() == [6]
    assert lake.read("orders").height == 3


def test_tables_that_a_source_does_not_mention_stay(tmp_path):
    load_given(tmp_path, source(customers=PEOPLE, orders=BOUGHT))
    load_given(tmp_path, source(customers=customers("d")))
    lake = Lake.open(tmp_path / "lake")
    assert lake.read("orders").height == 3
    assert lake.read("customers").height == 4


def test_new_attributes_widen_the_table_and_are_known_from_the_load_on(tmp_path):
    load_given(tmp_path, source(customers=PEOPLE, orders=BOUGHT))
    wider = PEOPLE.with_columns(attr_plan=pl.Series(["gold", None, None]))
    assert counts(load_given(tmp_path, source(customers=wider)), "customers") == (0, 1, 2, 0)
    lake = Lake.open(tmp_path / "lake")
    assert lake.read("customers")["attr_plan"].to_list() == ["gold", None, None]
    assert lake.read("customers", as_of=day(150))["attr_plan"].null_count() == 3


def test_rejected_rows_tell_every_rule_and_where_they_stood(tmp_path):
    rows = pl.DataFrame(
        {
            "order_id": ["1", "2", "3", "3", "4"],
            "customer_id": ["a", "nobody", "b", "b", "nobody"],
            "ordered_at": ["2026-01-01"] * 5,
            "amount": ["5", "x", "6", "7", "8"],
        }
    )
    done = load_given(tmp_path, source(batch_rows=2, customers=PEOPLE, orders=rows), reject_limit=1)
    assert counts(done) == (2, 0, 0, 3)
    rejected = done.rejected.select("table", "source", "source_row", "rules").rows()
    assert rejected == [
        ("orders", "orders.csv", 1, "amount_is_readable;customer_is_known"),
        ("orders", "orders.csv", 3, "key_is_unique"),
        ("orders", "orders.csv", 4, "customer_is_known"),
    ]
    assert json.loads(done.rejected["row"][0])["amount"] == "x"
    assert pl.read_csv(tmp_path / "rejected.csv").height == 3
    assert Lake.open(tmp_path / "lake").read("rejected")["loaded_at"].unique().to_list() == [day(200)]


def test_the_rejects_of_an_origin_are_those_of_its_last_load(tmp_path):
    load_given(tmp_path, source(customers=PEOPLE, orders=orders(("1", "nobody", 1, 5))), reject_limit=1)
    assert counts(load_given(tmp_path, source(customers=customers("nobody"), orders=BOUGHT)))[0] == 3
    assert Lake.open(tmp_path / "lake").read("rejected").is_empty()


def test_too_many_rejects_stop_the_load_before_anything_is_committed(tmp_path):
    load_given(tmp_path, source(customers=PEOPLE, orders=BOUGHT))
    before, number = history(tmp_path), Lake.open(tmp_path / "lake").number
    strangers = orders(("8", "nobody", 1, 5), ("9", "a", 1, 5))
    for bad in (strangers, strangers.with_columns(amount=pl.Series(["x", "y"]))):
        with pytest.raises(
            DataError, match=r"at most 0\.05 of the rows rejected .* found [12] of 2.*first in orders"
        ):
            load_given(tmp_path, source(customers=customers("d"), orders=bad))
        assert history(tmp_path) == before
        assert Lake.open(tmp_path / "lake").number == number
        assert pl.read_csv(tmp_path / "rejected.csv").height > 0
    assert not (tmp_path / "lake" / ".staging").exists()


def test_an_alias_is_known_as_the_customer_it_is(tmp_path):
    known_as = pl.DataFrame({"alias": ["x"], "customer_id": ["a"], "valid_from": [day(50)]})
    bought = orders(("1", "x", 1, 5), ("2", "a", 60, 6))
    done = load_given(tmp_path, source(customers=PEOPLE, identities=known_as, orders=bought))
    assert counts(done) == (2, 0, 0, 0)
    lake = Lake.open(tmp_path / "lake")
    assert lake.read("orders")["customer_id"].to_list() == ["a", "a"]
    assert lake.read("orders", as_of=day(40))["customer_id"].to_list() == ["x"]
    assert counts(load_given(tmp_path, source(identities=known_as)), "identities") == (0, 0, 1, 0)


def test_identities_that_name_nobody_are_rejected(tmp_path):
    known_as = pl.DataFrame(
        {"alias": ["x", "y", "a", "c"], "customer_id": ["y", "a", "x", "c"], "valid_from": [day(1)] * 4}
    )
    done = load_given(tmp_path, source(customers=PEOPLE, identities=known_as, orders=BOUGHT), reject_limit=1)
    assert done.rejected.select("source_row", "rules").rows() == [
        (2, "identity_makes_no_circle"),
        (3, "alias_is_another_id"),
    ]
    back = pl.DataFrame({"alias": ["a"], "customer_id": ["x"], "valid_from": [day(9)]})
    assert counts(load_given(tmp_path, source(identities=back), reject_limit=1), "identities") == (0, 0, 0, 1)


def ticket_events(*rows):
    return pl.DataFrame(
        [{"ticket_id": t, "customer_id": "a", "occurred_at": day(at), "event": event} for t, at, event in rows]
    )


def test_a_reply_needs_a_ticket_in_this_load_or_an_earlier_one(tmp_path):
    people = source(customers=PEOPLE, ticket_events=ticket_events(("t", 1, "created")))
    load_given(tmp_path, people)
    later = ticket_events(("t", 2, "agent_reply"), ("u", 2, "solved"), ("t", 0, "customer_reply"))
    done = load_given(tmp_path, source(ticket_events=later), reject_limit=1)
    assert done.rejected["rules"].to_list() == ["ticket_was_created", "occurred_at_not_before_creation"]


def test_nothing_happens_to_a_subscription_before_its_start(tmp_path):
    rows = pl.DataFrame(
        {
            "subscription_id": ["s", "s", "old"],
            "customer_id": ["a"] * 3,
            "occurred_at": [day(5), day(4), day(1)],
            "event": ["start", "end", "end"],
        }
    )
    done = load_given(tmp_path, source(customers=PEOPLE, subscriptions=rows), reject_limit=1)
    assert done.rejected.select("source_row", "rules").rows() == [(1, "occurred_at_not_before_start")]


def test_flat_tickets_become_events_and_grow_as_they_do(tmp_path):
    flat = pl.DataFrame(
        {
            "ticket_id": ["t", "u"],
            "customer_id": ["a", "b"],
            "created_at": ["2026-01-01", "2026-01-02"],
            "first_reply_at": ["2026-01-03", ""],
            "priority": ["high", None],
        }
    )
    assert counts(load_given(tmp_path, source(customers=PEOPLE, tickets=flat)), "ticket_events") == (3, 0, 0, 0)
    solved = flat.with_columns(solved_at=pl.Series(["2026-01-04", "N/A"]))
    assert counts(load_given(tmp_path, source(tickets=solved)), "ticket_events") == (1, 0, 3, 0)
    events = Lake.open(tmp_path / "lake").read("ticket_events", where=pl.col("ticket_id") == "t")
    assert events["event"].to_list() == ["created", "agent_reply", "solved"]
    assert events["public"].to_list() == [None, True, None]


def test_a_table_without_rows_is_refused(tmp_path):
    with pytest.raises(DataError, match="expected at least one row, found none"):
        load_given(tmp_path, source(customers=PEOPLE, orders=BOUGHT.clear()))
    assert not Lake.open(tmp_path / "lake").has("customers")


def build_file_source(read, **files):
    """A source whose orders come from files; `read` collects the files that are parsed."""

    def reader(name, rows):
        def rows_of():
            read.append(name)
            yield Batch(rows, name)

        return rows_of

    each = {
        name: SourceFile(lambda rows=rows: str(rows.rows()), reader(name, rows)) for name, rows in files.items()
    }
    people = {"customers": lambda: iter([Batch(PEOPLE, "people")])}
    return Source({**people, "orders": lambda: iter(())}, files={"orders": each})


def test_an_unchanged_file_is_not_parsed_again_but_one_with_rejects_is(tmp_path):
    read = []
    early, late = orders(("1", "a", 1, 5)), orders(("2", "nobody", 1, 5))
    load_given(tmp_path, build_file_source(read, early=early, late=late), reject_limit=1)
    done = load_given(tmp_path, build_file_source(read, early=early, late=late), reject_limit=1)
    assert read == ["early", "late", "late"]
    assert done.unchanged == {"orders": ("early",)}
    assert counts(done) == (0, 0, 0, 1)
    load_given(tmp_path, build_file_source(read, early=orders(("1", "a", 1, 9)), late=orders(("2", "b", 1, 5))))
    assert Lake.open(tmp_path / "lake").read("orders")["amount"].sort().to_list() == [5, 9]
    assert load_given(tmp_path, build_file_source(read, early=orders(("1", "a", 1, 9)))).unchanged == {
        "orders": ("early",)
    }


def test_files_that_contradict_one_another_do_so_again_the_second_time(tmp_path):
    read = []
    one, other = orders(("1", "a", 1, 5)), orders(("1", "a", 1, 9))
    for _ in range(2):
        done = load_given(tmp_path, build_file_source(read, one=one, other=other), reject_limit=1)
        assert done.rejected.select("source", "rules").rows() == [("other", "key_is_unique")]
        assert Lake.open(tmp_path / "lake").read("orders")["amount"].to_list() == [5]


@pytest.mark.parametrize("buckets", [1, 8])
def test_a_key_that_goes_to_another_customer_is_one_fact_all_the_same(tmp_path, monkeypatch, buckets):
    monkeypatch.setattr("lealtad.lake.draft.count_buckets", lambda _: buckets)
    people = customers(*"abcdefgh")
    load_given(
        tmp_path, source(customers=people, orders=orders(*((str(i), c, 1, 5) for i, c in enumerate("abcdefgh"))))
    )
    moved = orders(*((str(i), c, 1, 5) for i, c in enumerate("bcdefgha")))
    assert counts(load_given(tmp_path, source(orders=moved), at=210)) == (0, 8, 0, 0)
    lake = Lake.open(tmp_path / "lake")
    assert lake.read("orders").sort("order_id")["customer_id"].to_list() == list("bcdefgha")
    assert lake.read("orders", as_of=day(205)).sort("order_id")["customer_id"].to_list() == list("abcdefgh")
    assert counts(load_given(tmp_path, source(orders=moved), at=220)) == (0, 0, 8, 0)
    twice = pl.concat([orders(("x", c, 1, 5)) for c in "abcdefgh"])
    done = load_given(tmp_path, source(orders=twice), at=230, reject_limit=1)
    assert counts(done) == (1, 0, 0, 7)
    assert done.rejected["source_row"].to_list() == list(range(1, 8))


fact = st.tuples(
    st.sampled_from(["1", "2", "3", "4"]),
    st.sampled_from("abc"),
    st.integers(0, 9),
    st.sampled_from([1.0, 2.0]),
    st.integers(0, 30),
)
facts = st.lists(fact, min_size=1, max_size=12, unique_by=lambda row: (row[0], row[4]))


@given(facts, st.randoms(use_true_random=False), st.integers(1, 3), st.sampled_from([1, 4]))
def test_any_splitting_into_loads_in_any_order_with_repeats_is_one_load(
    tmp_path_factory, rows, luck, parts, buckets
):
    whole, piecewise = tmp_path_factory.mktemp("whole"), tmp_path_factory.mktemp("parts")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("lealtad.lake.draft.count_buckets", lambda _: buckets)
        load_given(whole, source(customers=PEOPLE, orders=orders(*rows)))
        pieces = [[row for row in rows if luck.random() < 0.5] for _ in range(parts)] + [rows]
        luck.shuffle(pieces)
        for place, piece in enumerate(piece for piece in pieces if piece):
            shuffled = orders(*luck.sample(piece, len(piece)))
            done = load_given(
                piecewise,
                source(batch_rows=luck.choice([1, 3, 50]), customers=PEOPLE, orders=shuffled),
                200 + place,
            )
            assert sum(counts(done)) == len(piece)
    assert history(piecewise) == history(whole)
    one, other = Lake.open(whole / "lake"), Lake.open(piecewise / "lake")
    for number in (0, 5, 12, 25, 40, 300):
        seen = [lake.read("orders", as_of=day(number)).sort("order_id").rows() for lake in (one, other)]
        assert seen[0] == seen[1]
