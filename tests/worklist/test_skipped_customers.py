"""Who is left alone: every reason, in its order, each customer once."""

from datetime import UTC, datetime, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from lealtad.worklist.skipped_customers import RESTRAINTS, count_skipped, find_skipped
from tests.worklist.playbooks import playbook

NOW = datetime(2026, 11, 24, tzinfo=UTC)
BOOK = playbook(cooling_off_days=14, recent_contact_days=3)
SCHEMA = {
    "customer_id": pl.String,
    "consent_contact": pl.Boolean,
    "campaign_contact_at": pl.Datetime("us", "UTC"),
    "last_contact_at": pl.Datetime("us", "UTC"),
    "open_complaint": pl.Boolean,
}


def people(*rows):
    """Rows of consent, days since the campaign's contact, days since any contact, complaint."""
    customers = [
        (f"c{i}", consent, *(None if days is None else NOW - timedelta(days=days) for days in waits), complaint)
        for i, (consent, *waits, complaint) in enumerate(rows)
    ]
    return pl.DataFrame(customers, schema=SCHEMA, orient="row")


def options(*gains):
    gains_by_customer = [(f"c{i}", gain, high) for i, (gain, high) in enumerate(gains)]
    return pl.DataFrame(
        gains_by_customer,
        schema={"customer_id": pl.String, "gain": pl.Float64, "saved_high": pl.Float64},
        orient="row",
    )


def reasons(candidates, book=BOOK, given_options=None):
    found = dict(find_skipped(candidates, book, NOW, given_options).iter_rows())
    return [found.get(f"c{i}") for i in range(candidates.height)]


def test_each_reason_holds_up_to_its_last_day():
    assert reasons(
        people(
            (True, None, None, False),
            (True, None, None, None),
            (False, None, None, False),
            (None, None, None, False),
            (True, 14, 14, False),
            (True, 15, 15, False),
            (True, None, None, True),
            (True, None, 3, False),
            (True, None, 4, False),
            (True, 0, 0, False),  # at the date itself nothing is known yet
        )
    ) == [None, None, "consent", "consent", "cooling_off", None, "complaint", "recent_contact", None, None]


def test_the_first_reason_counts_and_every_reason_is_counted():
    found = find_skipped(people((None, 1, 1, True), (True, 1, 1, True), (True, None, 1, True)), BOOK, NOW)
    assert found["restraint"].to_list() == ["consent", "cooling_off", "complaint"]
    assert count_skipped(found).rows() == [*zip(RESTRAINTS, (1, 1, 1, 0, 0), strict=True)]


def test_consent_may_be_assumed_but_a_refusal_stays():
    assuming = playbook(assume_consent=True)
    assert reasons(people((None, None, None, False), (False, None, None, False)), assuming) == [None, "consent"]


def test_uplift_is_negative_only_if_every_option_is_known_to_harm():
    fine = [(True, None, None, False)] * 6
    given_options = pl.concat(
        [
            options((-1.0, 0.3), (5.0, -0.1), (-1.0, 0.3), (None, None), (-1.0, 0.3)),
            options((-2.0, 0.3), (-1.0, 0.2), (1.0, 0.3), (None, None), (None, None)),
        ]
    )
    assert reasons(people(*fine), BOOK, given_options) == [
        "negative_uplift",
        "negative_uplift",
        None,
        None,
        None,
        None,
    ]


days = st.none() | st.integers(0, 30)
rows = st.lists(st.tuples(st.none() | st.booleans(), days, days, st.none() | st.booleans()), max_size=12)


@given(rows, st.integers(0, 99))
def test_nobody_without_consent_is_left_and_each_is_counted_once_in_any_order(customers, seed):
    candidates = people(*customers)
    found = find_skipped(candidates, BOOK, NOW)
    assert found["customer_id"].is_unique().all()
    assert count_skipped(found)["customers"].sum() == found.height
    free = candidates.join(found, on="customer_id", how="anti")
    assert (free["consent_contact"] == True).all()  # noqa: E712 - null is no consent
    shuffled = find_skipped(candidates.sample(fraction=1, shuffle=True, seed=seed), BOOK, NOW)
    assert shuffled.sort("customer_id").equals(found.sort("customer_id"))
