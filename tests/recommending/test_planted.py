"""Planted truth is found: pairs that go together, and the days until people buy again."""

import numpy as np
import polars as pl
import pytest

from lealtad.recommending.evaluation import bootstrap_mean, measure_lists
from lealtad.recommending.history import History, drop_cells
from lealtad.recommending.intervals import Intervals, average_by_product
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.scoring import Scorer, arrange_lists
from lealtad.recommending.support import Support
from lealtad.recommending.training import AGAIN, NEW, train_tasks
from tests.recommending.planted import PAIRS, REPEATED, at_day, draw_lines

PROTOCOL = Protocol(dates=3, least_buyers=10)


@pytest.fixture(scope="module")
def purchases():
    return Purchases.from_lines(draw_lines())


@pytest.fixture(scope="module")
def history(purchases):
    return History.build(purchases, count_days(at_day(300)), PROTOCOL.least_buyers)


@pytest.fixture(scope="module")
def lists(purchases, history):
    """The lists of both tasks, as of day 300."""
    categories = np.zeros(len(purchases.products), dtype=np.int64)
    models, _ = train_tasks(purchases, categories, history.day, PROTOCOL)
    scorer = Scorer.fit(history, categories, PROTOCOL, models)
    return {task: arrange_lists(scorer.rank(history, task, 10), history.shape[0], 10) for task in (AGAIN, NEW)}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_planted_pairs_are_found(seed):
    """Precision at ten is at least .9 on any draw of the shop."""
    shop = Purchases.from_lines(draw_lines(seed=seed))
    history = History.build(shop, count_days(at_day(330)), 10)
    pairs = Support.count(history).list_pairs(10)
    names = shop.products.gather(history.products)
    found = {frozenset((names[first], names[second])) for first, second in pairs.select("first", "second").rows()}
    assert len(found & {frozenset(pair) for pair in PAIRS.items()}) >= 9


def test_planted_intervals_are_found(purchases, history):
    pairs = Intervals.measure(history)
    usual = average_by_product(pairs.product, pairs.count, pairs.first - pairs.last, history.shape[1])
    names = purchases.products.gather(history.products).to_list()
    for product, days in REPEATED.items():
        assert usual[names.index(product)] == pytest.approx(days, rel=0.05)


@pytest.mark.slow
def test_the_product_that_is_due_comes_first(purchases, history, lists):
    """Products with a planted interval shorter than the horizon are bought again: they head the list."""
    names = purchases.products.gather(history.products).to_list()
    first = {names[product] for product in lists[AGAIN][:, 0] if product >= 0}
    assert first <= set(REPEATED)


def test_the_other_half_of_a_pair_is_offered(purchases, history, lists):
    """Whoever bought p lately and not q finds q among the first three products more often than by popularity."""
    names = purchases.products.gather(history.products).to_list()
    lately, owned = history.mark_window(0, 30).toarray() > 0, history.bought.toarray() > 0
    shares = []
    for first, second in PAIRS.items():
        p, q = names.index(first), names.index(second)
        waiting = np.flatnonzero(lately[:, p] & ~owned[:, q])
        shares += [q in lists[NEW][row, :3] for row in waiting]
    assert len(shares) > 20
    assert np.mean(shares) > 0.7


def test_ahead_of_popular_beyond_chance(purchases, history, lists):
    truth = drop_cells(history.find_truth(purchases, PROTOCOL.horizon_days), history.bought)
    popular = np.argsort(-np.where(history.bought.toarray() > 0, -1, history.count_buyers(0, np.inf)))[:, :10]
    ours, rival = measure_lists(lists[NEW], truth), measure_lists(popular, truth)
    low, _ = bootstrap_mean(ours.ndcg - rival.ndcg)
    assert low > 0


def test_the_tasks_share_no_product(history, lists):
    """A product is either bought before or new: no customer has it on both lists."""
    owned = history.bought.toarray() > 0
    for row, (again, new) in enumerate(zip(lists[AGAIN], lists[NEW], strict=True)):
        assert owned[row, again[again >= 0]].all()
        assert not owned[row, new[new >= 0]].any()


def test_later_purchases_change_nothing(purchases, history):
    """What happens or becomes known from the as-of date on leaves every feature bit-identical."""
    from lealtad.recommending.new_products import NewProducts
    from lealtad.recommending.repeats import Repeats

    categories = np.zeros(len(purchases.products), dtype=np.int64)
    earlier = purchases.select((purchases.day < history.day) & (purchases.known < history.day))
    again = History.build(earlier, history.day, PROTOCOL.least_buyers)
    for kind in (Repeats, NewProducts):
        one = kind.fit(history, categories, PROTOCOL).list_candidates(history)
        other = kind.fit(again, categories, PROTOCOL).list_candidates(again)
        np.testing.assert_array_equal(one.values, other.values)


def test_the_order_of_lines_changes_nothing():
    lines = draw_lines(customers=40)
    one, other = (Purchases.from_lines(rows) for rows in (lines, lines.sample(fraction=1.0, shuffle=True, seed=3)))
    for name in ("customer", "product", "day", "units", "amount"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_a_line_known_late_counts_only_then():
    lines = draw_lines(customers=30).with_columns(known_at=pl.col("ordered_at") + pl.duration(days=10))
    shop = Purchases.from_lines(lines)
    day = count_days(at_day(100))
    assert (shop.before(day).day < day - 10).all()
