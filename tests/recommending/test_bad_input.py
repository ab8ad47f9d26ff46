"""Poor data: one product, no repeats, ids reused, negative quantities, a customer with 10,000 lines."""

import numpy as np
import polars as pl
import pytest

from lealtad.base.errors import TooLittleDataError
from lealtad.recommending.catalog import Catalog
from lealtad.recommending.history import History
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.scoring import Scorer
from lealtad.recommending.training import AGAIN, NEW, TASKS, train_tasks
from tests.recommending.planted import at_day, draw_lines

PROTOCOL = Protocol(dates=2, least_buyers=5)


def rank(lines: pl.DataFrame, day: float = 300) -> dict[str, pl.DataFrame]:
    shop = Purchases.from_lines(lines)
    categories = np.zeros(len(shop.products), dtype=np.int64)
    as_of = count_days(at_day(day))
    models, _ = train_tasks(shop, categories, as_of, PROTOCOL)
    history = History.build(shop, as_of, PROTOCOL.least_buyers)
    scorer = Scorer.fit(history, categories, PROTOCOL, models)
    return {task: scorer.rank(history, task, 10) for task in TASKS}


def test_one_product_leaves_nothing_new():
    ranked = rank(draw_lines(80).with_columns(product_id=pl.lit("tea")))
    assert ranked[AGAIN]["product"].unique().to_list() == [0]
    assert ranked[NEW].is_empty()


def test_no_repeats():
    """Where nobody buys anything twice there is no model of it; the formula orders what there is."""
    lines = draw_lines(80).unique(["customer_id", "product_id"], keep="first", maintain_order=True)
    ranked = rank(lines)
    assert ranked[AGAIN]["probability"].null_count() == ranked[AGAIN].height
    assert ranked[NEW].height


def test_no_purchase_at_all():
    with pytest.raises(TooLittleDataError, match="expected at least 56, found 0"):
        rank(draw_lines(10).clear())


def test_too_short():
    with pytest.raises(TooLittleDataError, match="days of purchases before the as-of date"):
        rank(draw_lines(40), day=20)


def test_nothing_has_enough_buyers():
    with pytest.raises(TooLittleDataError, match="products with 5 buyers: expected at least 1, found 0"):
        rank(draw_lines(80).with_columns(product_id=pl.format("{}-{}", "customer_id", "product_id")))


def test_a_negative_quantity_is_a_return():
    lines = draw_lines(20)
    back = lines.head(1).with_columns(quantity=-pl.col("quantity"), order_id=pl.lit("back"))
    shop = Purchases.from_lines(pl.concat([lines, back]))
    assert shop.is_return.sum() == 1
    assert (shop.units > 0).all()


def test_a_quantity_of_zero_is_no_purchase():
    assert not Purchases.from_lines(draw_lines(5).with_columns(quantity=pl.lit(0.0))).day.size


def test_an_order_id_used_by_two_customers_is_two_baskets():
    lines = draw_lines(2).head(1)
    both = pl.concat([lines, lines.with_columns(customer_id=pl.lit("other"))])
    shop = Purchases.from_lines(both)
    assert (len(shop.day), len(set(shop.order))) == (2, 2)


def test_a_customer_with_ten_thousand_lines():
    rng = np.random.default_rng(0)
    heavy = pl.DataFrame({"day": np.sort(rng.uniform(0, 299, 10_000))}).select(
        order_id=pl.format("h{}", pl.int_range(pl.len())),
        customer_id=pl.lit("heavy"),
        ordered_at=pl.lit(at_day(0)) + pl.duration(microseconds=(pl.col("day") * 86_400_000_000).cast(pl.Int64)),
        product_id=pl.Series(rng.choice(["coffee", "soap", "x01", "x02"], 10_000)),
        quantity=pl.lit(1.0),
        amount=pl.lit(3.0),
    )
    ranked = rank(pl.concat([draw_lines(80), heavy]))
    assert np.isfinite(ranked[AGAIN]["score"].to_numpy()).all()


def test_products_without_a_row_have_their_id():
    catalog = Catalog.build(
        pl.DataFrame({"product_id": ["a", "a", "z"], "name": ["old", "new", "unsold"]}), pl.Series(["a", "b"])
    )
    assert catalog.names.to_list() == ["new", "b"]
    assert not catalog.is_withdrawn.any()
