"""Offers on the customer's page: two lists in words, and none for a customer who opted out."""

from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.recommending.files import OFFERS_FILE
from lealtad.recommending.offers import OFFERS
from tests.desk.desks import open_browser

AGAIN = {
    "customer_id": "c01",
    "task": "buy_again",
    "rank": 1,
    "product_id": "p1",
    "product": "<b>Coffee</b>",
    "times": 5,
    "days_since": 13.0,
    "interval_days": 14.2,
    "timing": "due",
}
NEW = {
    "customer_id": "c01",
    "task": "goes_with",
    "rank": 1,
    "product_id": "p2",
    "product": "Filters",
    "because": "Coffee",
    "buyers": 420,
    "share": 0.31,
    "share_low": 0.27,
    "share_high": 0.35,
    "usual": 0.12,
}


@pytest.fixture
def offers(desk_out):
    rows = pl.DataFrame([AGAIN, NEW, {**NEW, "customer_id": "c02", "product": "Kettle"}], schema=OFFERS)
    path = desk_out / OFFERS_FILE
    rows.with_columns(as_of=datetime(2026, 3, 2, tzinfo=UTC)).write_parquet(path)
    yield path
    path.unlink()


def read_page(people, customer, language="en"):
    people.lead.language = language
    people.lead.save()
    return open_browser(people.lead).get(f"/customer/?id={customer}", follow=True).content.decode()


def test_both_lists_are_shown_in_words(night, people, offers):
    page = read_page(people, "c01")
    assert "Bought 5 times, every 14 days; last 13 days ago: due now." in page
    assert "Bought Coffee: " in page
    assert "&lt;b&gt;Coffee&lt;/b&gt;" in page
    assert "Kettle" not in page
    assert "Qué ofrecer" in read_page(people, "c01", "es")


def test_without_recommendations_there_is_no_part(night, people):
    assert "What to offer" not in read_page(people, "c01")
