"""What is planted in the company's orders is found, and no order depends on a later one."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from lealtad.recommending import History, Purchases
from lealtad.recommending.intervals import Intervals, average_by_product
from lealtad.recommending.purchases import count_days
from lealtad.recommending.support import Support
from lealtad.sources.simulated import simulate
from lealtad.sources.simulated.habits import COMPLEMENTS, INTERVALS, plant_habits
from lealtad.sources.simulated.products import draw_order_lines, format_product_ids

END = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def orders():
    return simulate(1500, 24, seed=11).tables["orders"]


def draw(orders):
    streams = [np.random.default_rng(seed) for seed in (1, 2)]
    return plant_habits(streams[1], draw_order_lines(streams[0], orders))


@pytest.fixture(scope="module")
def history(orders):
    purchases = Purchases.from_lines(draw(orders))
    history = History.build(purchases, count_days(END), 20)
    return history, purchases.products.gather(history.products).to_list()


@pytest.mark.slow
def test_planted_complements_are_found(history):
    """Precision at ten is at least .9."""
    purchases, names = history
    pairs = Support.count(purchases).list_pairs(10)
    found = {frozenset((names[a], names[b])) for a, b in pairs.select("first", "second").rows()}
    planted = {frozenset(format_product_ids(np.array(pair)).to_list()) for pair in COMPLEMENTS.items()}
    assert len(found & planted) >= 9


def test_planted_intervals_are_found(history):
    purchases, names = history
    pairs = Intervals.measure(purchases)
    usual = average_by_product(pairs.product, pairs.count, pairs.first - pairs.last, purchases.shape[1])
    for staple, days in INTERVALS.items():
        (name,) = format_product_ids(np.array([staple]))
        assert usual[names.index(name)] == pytest.approx(days, rel=0.2)


def test_an_order_does_not_depend_on_later_ones(orders):
    until = datetime(2025, 3, 1, tzinfo=UTC)
    earlier = draw(orders.filter(pl.col("ordered_at") < until))
    later = draw(orders).filter(pl.col("ordered_at") < until)
    assert earlier.sort("order_id", "line").equals(later.sort("order_id", "line"))
