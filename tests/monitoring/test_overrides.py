"""Overrides are settled like promises: what became of customers against what the list had promised, by reason."""

from datetime import timedelta

import polars as pl
import pytest

from lealtad.base.instants import INSTANT
from lealtad.company.model_definition import ModelDefinition
from lealtad.lake import commit_tables
from lealtad.monitoring import settle_overrides
from tests.companies import START, at
from tests.lakes import lake_of

CHURN = ModelDefinition.read("churn")
NIGHT = at(24 * 100)


@pytest.fixture
def lake(tmp_path):
    """Forty customers with a contract, of whom every fourth ends it after the night; the data reach 120 days."""
    people = [f"c{number:02d}" for number in range(40)]
    starts = pl.DataFrame(
        {"subscription_id": people, "customer_id": people, "occurred_at": [START] * 40, "event": ["start"] * 40}
    )
    ends = starts.filter(pl.int_range(40) % 4 == 0).with_columns(
        occurred_at=pl.lit(NIGHT + timedelta(days=9)).cast(INSTANT), event=pl.lit("end")
    )
    orders = pl.DataFrame(
        {"order_id": ["o"], "customer_id": ["c01"], "ordered_at": [at(24 * 221)], "amount": [1.0]},
    )
    contracts = pl.concat([starts.with_columns(pl.col("occurred_at").cast(INSTANT)), ends]).with_columns(
        amount_monthly=10.0, voluntary=True
    )
    tables = {"customers": pl.DataFrame({"customer_id": people}), "subscriptions": contracts, "orders": orders}
    return lake_of(tmp_path / "lake", tables)


def add_overrides(lake, *, promised, codes):
    people = [f"c{number:02d}" for number in range(40)]
    listed = pl.DataFrame({"customer_id": people}).with_columns(
        list_id=pl.lit("l"), as_of=pl.lit(NIGHT).cast(INSTANT), probability=promised
    )
    overrides = pl.DataFrame({"customer_id": people, "code": codes}).with_columns(
        list_id=pl.lit("l"), occurred_at=pl.lit(NIGHT).cast(INSTANT), known_at=pl.lit(NIGHT).cast(INSTANT)
    )
    return commit_tables(lake, {"lists": listed, "overrides": overrides})


@pytest.mark.parametrize(("promised", "verdict"), [(0.6, "team"), (0.25, "none"), (0.05, "model")])
def test_the_share_that_left_is_compared_with_the_promise(lake, promised, verdict):
    rows = settle_overrides(add_overrides(lake, promised=promised, codes=["know_customer"] * 40), CHURN)
    [row] = rows.to_dicts()
    # 10 of 40 left
    assert (row["overrides"], row["settled"], row["churned"], row["verdict"]) == (40, 40, 0.25, verdict)
    assert row["low"] < 0.25 < row["high"]


def test_each_reason_is_settled_by_itself_and_few_say_nothing(lake):
    codes = ["know_customer"] * 30 + ["not_worth_it"] * 8 + ["other_action"] * 2
    rows = settle_overrides(add_overrides(lake, promised=0.6, codes=codes), CHURN)
    assert rows.select("code", "overrides", "verdict").rows() == [
        ("know_customer", 30, "team"),
        ("not_worth_it", 8, "open"),
    ]


def test_without_overrides_there_is_nothing_to_settle(lake):
    assert settle_overrides(lake, CHURN).is_empty()
