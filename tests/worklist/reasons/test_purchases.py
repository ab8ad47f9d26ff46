"""What a customer's own purchases say beside a reason, and a sentence that holds them."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from lealtad.base.language import Language
from lealtad.worklist.reasons.purchases import describe_purchases

AS_OF = datetime(2026, 3, 2, tzinfo=UTC)
ENGLISH, SPANISH = Language.from_code("en"), Language.from_code("es")


def orders(*days_ago, **columns):
    moments = [AS_OF - timedelta(days=days) for days in days_ago]
    frame = pl.DataFrame({"ordered_at": moments, "amount": [10.0] * len(moments), **columns})
    return frame.with_columns(pl.col("ordered_at").cast(pl.Datetime("us", "UTC"))).to_dicts()


def describe(bought, column, language=ENGLISH):
    return describe_purchases(bought, column, AS_OF, language, "UTC")


def test_a_silence_is_told_against_the_rhythm_of_the_customer():
    details = describe(orders(99, 111, 123, 135, 147), "silence")
    assert details == {
        "last_purchase": "November 23",
        "bought_on": "on November 23",
        "quiet": "99 days",
        "rhythm": "12 days",
    }


def test_whoever_bought_daily_bought_every_day():
    daily = orders(*(20 + 1.3 * place for place in range(10)))
    assert (describe(daily, "silence")["rhythm"], describe(daily, "silence", SPANISH)["rhythm"]) == ("day", "día")


def test_no_rhythm_is_told_of_few_purchases_or_of_a_silence_that_is_none():
    assert "rhythm" not in describe(orders(99, 111), "silence")
    assert "rhythm" not in describe(orders(10, 22, 34, 46), "silence")


@pytest.mark.parametrize(
    ("column", "now", "before"),
    [
        ("orders_28d", "1", "3"),
        ("order_trend_28d", "1", "3"),
        ("shopping_days_28d", "1", "3"),
        ("active_weeks_28d", "1", "2"),
        ("amount_28d", "€10.00", "€30.00"),
        ("items_28d", "2", "6"),
    ],
)
def test_a_window_is_compared_with_the_one_before(column, now, before):
    bought = orders(3, 30, 31, 45, 400, items=[2, 2, 2, 2, 2])
    details = describe(bought, column)
    assert (details["now"], details["before"]) == (now, before)


def test_nothing_is_compared_where_the_customer_is_new_or_buys_as_before():
    assert "before" not in describe(orders(3, 30, 31), "orders_28d")
    assert "before" not in describe(orders(3, 5, 30, 31, 400), "orders_28d")


def test_returns_and_what_came_later_do_not_count():
    bought = orders(-1, 2, 40, is_return=[False, True, None])
    assert describe(bought, "silence", SPANISH)["last_purchase"] == "el 21 de enero"


def test_other_features_and_customers_without_purchases_say_nothing():
    assert describe(orders(3), "open_tickets") == {}
    assert describe(pl.DataFrame(), "silence") == {}
    assert describe(orders(3, is_return=[True]), "silence") == {}
