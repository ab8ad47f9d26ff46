"""Returns count below 0 whichever sign they came with."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.sources.contract import split
from lealtad.sources.contract.returns import SIGNED, sign_returns
from tests.companies import order_tables


@given(order_tables(min_size=1), st.randoms(use_true_random=False))
def test_the_sign_of_a_flagged_return_changes_nothing(orders, random):
    flags = pl.Series(
        "is_return", [random.choice([True, False, None]) for _ in range(orders.height)], dtype=pl.Boolean
    )
    marked = orders.with_columns(flags, margin=pl.col("amount") / 4)
    turned = marked.with_columns(
        pl.when(pl.col("is_return")).then(-pl.col(name)).otherwise(pl.col(name)).alias(name) for name in SIGNED
    )
    signed = sign_returns(marked)
    assert signed.equals(sign_returns(turned))
    assert signed.equals(sign_returns(signed))
    back, bought = signed.filter("is_return"), ~pl.col("is_return").fill_null(value=False)
    assert all((back[name] <= 0).all() for name in SIGNED)
    assert signed.filter(bought).equals(marked.filter(bought))


def test_orders_without_the_flag_stay_as_they_are():
    orders = pl.DataFrame({"amount": [-5.0]})
    assert sign_returns(orders) is orders


@pytest.mark.parametrize("column", ["items", "discount"])
@pytest.mark.parametrize(("flag", "rules"), [("true", []), ("false", ["at_least_0"]), (None, ["at_least_0"])])
def test_a_return_may_have_fewer_than_no_items(column, flag, rules):
    row = {"order_id": "a", "customer_id": "7", "ordered_at": "2026-01-31", "amount": "-9", column: "-2"}
    parts = split("orders", pl.DataFrame({**row, "is_return": [flag]}, schema_overrides={"is_return": pl.String}))
    assert parts.rejected["rules"].to_list() == [f"{column}_is_{rule}" for rule in rules]
