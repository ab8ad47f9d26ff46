"""What rows are to one another: beginnings, contradictions, circles; and tickets unfolded into events."""

from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.sources.contract import split
from lealtad.sources.contract.unfolding import FROM, unfold_tickets


def at(day):
    return datetime(2026, 1, day, tzinfo=UTC)


def events(*rows, thing="ticket_id"):
    return pl.DataFrame(
        [{thing: name, "customer_id": "c", "occurred_at": at(day), "event": event} for name, day, event in rows]
    )


def broken(parts):
    return dict(parts.rejected.select("source_row", "rules").rows())


def test_a_ticket_begins_in_these_rows_or_in_those_that_are_stored():
    rows = events(("t", 3, "agent_reply"), ("u", 3, "solved"), ("t", 1, "customer_reply"))
    assert broken(split("ticket_events", rows)) == dict.fromkeys(range(3), "ticket_was_created")
    parts = split("ticket_events", rows, stored=events(("t", 2, "created")))
    assert broken(parts) == {1: "ticket_was_created", 2: "occurred_at_not_before_creation"}


def test_a_creation_that_is_rejected_creates_nothing():
    rows = events(("t", 1, "created"), ("t", 2, "solved")).with_columns(public=pl.Series(["perhaps", None]))
    assert broken(split("ticket_events", rows)) == {0: "public_is_readable", 1: "ticket_was_created"}


def test_a_subscription_may_begin_before_the_records_do_but_not_after_its_own_events():
    rows = events(("s", 5, "start"), ("s", 3, "pause"), ("old", 1, "end"), thing="subscription_id")
    assert broken(split("subscriptions", rows)) == {1: "occurred_at_not_before_start"}


def orders(**columns):
    size = len(next(iter(columns.values())))
    return pl.DataFrame(
        {"order_id": ["1"] * size, "customer_id": ["c"] * size, "ordered_at": [at(1)] * size} | columns
    )


def test_the_same_row_again_is_valid_and_one_that_says_otherwise_is_not():
    assert broken(split("orders", orders(amount=[1.0, 1.0, 2.0, 1.0]))) == {2: "key_is_unique"}


def test_rows_that_were_recorded_at_different_times_do_not_contradict_one_another():
    rows = orders(amount=[1.0, 2.0, 3.0], recorded_at=[at(2), at(3), at(3)])
    assert broken(split("orders", rows)) == {2: "key_is_unique"}


def test_a_row_that_is_broken_by_itself_contradicts_nobody():
    assert broken(split("orders", orders(amount=["x", "2", "3"]))) == {0: "amount_is_readable", 2: "key_is_unique"}


def identities(*pairs):
    return pl.DataFrame(
        [{"alias": a, "customer_id": c, "valid_from": at(i + 1)} for i, (a, c) in enumerate(pairs)]
    )


@pytest.mark.parametrize(
    ("rows", "stored", "expected"),
    [
        ([("b", "a"), ("c", "b"), ("a", "c")], [], {2: "identity_makes_no_circle"}),
        ([("a", "b")], [("b", "c"), ("c", "a")], {0: "identity_makes_no_circle"}),
        ([("a", "a")], [], {0: "alias_is_another_id"}),
        ([("b", "a"), ("c", "a"), ("d", "b")], [], {}),
    ],
)
def test_identities_lead_to_one_customer(rows, stored, expected):
    assert (
        broken(split("identities", identities(*rows), stored=identities(*stored) if stored else None)) == expected
    )


def test_a_flat_ticket_is_unfolded_into_what_happened():
    flat = pl.DataFrame(
        {
            "ticket_id": ["t", "u", "v"],
            "customer_id": ["c"] * 3,
            "created_at": ["2026-01-01", "2026-01-02", None],
            "solved_at": [" ", "2026-01-05", "n/a"],
            "priority": ["high", "low", "low"],
        }
    )
    rows = unfold_tickets(flat)
    assert rows.select("ticket_id", "event", "occurred_at", "public", FROM).rows() == [
        ("t", "created", "2026-01-01", None, 0),
        ("u", "created", "2026-01-02", None, 1),
        ("u", "solved", "2026-01-05", None, 1),
        ("v", "created", None, None, 2),
    ]
    assert broken(split("ticket_events", rows.drop(FROM))) == {3: "occurred_at_is_given"}


def test_of_two_owners_of_one_alias_from_one_instant_none_is_believed():
    rows = pl.DataFrame(
        {
            "alias": ["w", "w", "w", "v"],
            "customer_id": ["a", "b", "a", "a"],
            "valid_from": [at(1), at(1), at(2), at(1)],
        }
    )
    assert broken(split("identities", rows)) == {0: "alias_has_one_owner", 1: "alias_has_one_owner"}
    again = pl.DataFrame({"alias": ["w", "w"], "customer_id": ["a", "a"], "valid_from": [at(1), at(1)]})
    assert broken(split("identities", again)) == {}
