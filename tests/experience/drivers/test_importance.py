"""Laws of importance: it sums to R², units do not matter, and LMG is the mean over all orders of entry."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.base.errors import SettingsError
from lealtad.experience.drivers import compute_importance, decompose_r2, order_drivers


def moments(columns: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    rows = np.column_stack([np.ones(len(outcome)), columns, outcome])
    return rows.T @ rows


def r2(columns: np.ndarray, outcome: np.ndarray) -> float:
    centred = columns - columns.mean(axis=0)
    target = outcome - outcome.mean()
    fitted = centred @ np.linalg.lstsq(centred, target, rcond=None)[0]
    return 1 - float(((target - fitted) ** 2).sum() / (target**2).sum())


def correlated(seed: int, size: int, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    columns = rng.normal(size=(n, size)) @ rng.normal(size=(size, size))
    return columns, columns @ rng.normal(size=size) + 2 * rng.normal(size=n)


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(-9, 9), st.floats(-1e6, 1e6))
def test_shares_sum_to_r2_in_any_units(seed, size, power, offset):
    columns, outcome = correlated(seed, size)
    expected = r2(columns, outcome)
    scale = 10.0 ** (power * np.linspace(-1, 1, size))
    shifted = columns * scale + offset * scale
    found = compute_importance(shifted, outcome * 10.0**power, np.arange(200), range(size), draws=2)
    tolerance = 1e-12 if abs(offset) < 10 else 1e-8
    assert found.r2 == pytest.approx(expected, abs=tolerance)
    assert (found.shares >= -1e-15).all()


@given(st.integers(0, 10_000), st.integers(1, 14))
def test_both_ways_sum_to_r2_within_1e12(seed, size):
    columns, outcome = correlated(seed, size)
    expected = r2(columns, outcome)
    for exact in (True, False):
        found = compute_importance(columns, outcome, np.arange(200), range(size), draws=1)
        assert found.r2 == pytest.approx(expected, abs=1e-12)
        assert decompose_r2(moments(columns, outcome), range(size), exact=exact).sum() == pytest.approx(
            expected, abs=1e-9
        )


@pytest.mark.parametrize("seed", range(5))
def test_lmg_is_the_mean_over_all_orders_of_entry(seed):
    columns, outcome = correlated(seed, 4)
    shares = np.zeros(4)
    for order in permutations(range(4)):
        for place, driver in enumerate(order):
            before = r2(columns[:, order[:place]], outcome) if place else 0.0
            shares[driver] += (r2(columns[:, order[: place + 1]], outcome) - before) / 24
    assert decompose_r2(moments(columns, outcome), range(4)) == pytest.approx(shares, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_johnson_and_lmg_agree_for_two_drivers_and_for_independent_ones(seed):
    columns, outcome = correlated(seed, 2)
    pair = moments(columns, outcome)
    assert decompose_r2(pair, [0, 1], exact=False) == pytest.approx(
        decompose_r2(pair, [0, 1], exact=True), abs=1e-12
    )
    rng = np.random.default_rng(seed)
    free, _ = np.linalg.qr(np.column_stack([np.ones(60), rng.normal(size=(60, 5))]))
    target = free[:, 1:] @ rng.normal(size=5) + rng.normal(size=60)
    five = moments(free[:, 1:], target)
    assert decompose_r2(five, range(5), exact=False) == pytest.approx(decompose_r2(five, range(5)), abs=1e-12)


def test_a_driver_of_several_columns_enters_at_once():
    columns, outcome = correlated(3, 3)
    shares = decompose_r2(moments(columns, outcome), [0, 1, 0])
    alone, rest = r2(columns[:, [0, 2]], outcome), r2(columns[:, [1]], outcome)
    whole = r2(columns, outcome)
    # derived by hand: with two drivers the mean of entering first and last
    assert shares == pytest.approx([(alone + whole - rest) / 2, (rest + whole - alone) / 2], abs=1e-12)


@pytest.mark.parametrize("exact", [True, False])
def test_identical_drivers_share_and_a_constant_explains_nothing(exact):
    rng = np.random.default_rng(0)
    x, other = rng.normal(size=(2, 300))
    outcome = x + 0.5 * other + rng.normal(size=300)
    columns = np.column_stack([x, x, other, np.full(300, 7.0)])
    shares = decompose_r2(moments(columns, outcome), range(4), exact=exact)
    assert shares[0] == pytest.approx(shares[1])
    assert shares[3] == 0
    assert shares.sum() == pytest.approx(r2(columns[:, [0, 2]], outcome))


def test_a_constant_outcome_is_explained_by_nothing():
    x = np.random.default_rng(0).normal(size=(50, 3))
    found = compute_importance(x, np.full(50, 4.0), np.arange(50), range(3), draws=5)
    assert found.relative.tolist() == [0, 0, 0]
    assert order_drivers(found).group.tolist() == [1, 1, 1]


def test_more_than_fourteen_drivers_are_refused_exactly_and_ranked_by_johnson():
    columns, outcome = correlated(1, 15)
    with pytest.raises(SettingsError, match="at most 14 drivers"):
        decompose_r2(moments(columns, outcome), range(15), exact=True)
    assert decompose_r2(moments(columns, outcome), range(15)).sum() == pytest.approx(r2(columns, outcome))


def test_the_order_of_rows_and_the_numbers_of_customers_change_no_share():
    columns, outcome = correlated(2, 4)
    who = np.repeat(np.arange(50), 4)
    shuffled = np.random.default_rng(1).permutation(200)
    one = compute_importance(columns, outcome, who, range(4), draws=3)
    other = compute_importance(columns[shuffled], outcome[shuffled], 1000 + who[shuffled], range(4), draws=3)
    assert one.shares == pytest.approx(other.shares, abs=1e-12)
    assert one.draws == pytest.approx(other.draws, abs=1e-9)


def test_examples_of_one_customer_are_drawn_together():
    columns, outcome = correlated(4, 2)
    once = compute_importance(columns, outcome, np.arange(200), [0, 1])
    many = compute_importance(np.tile(columns, (9, 1)), np.tile(outcome, 9), np.tile(np.arange(200), 9), [0, 1])
    # nine copies of each example tell nothing new
    assert many.draws.std(axis=0) == pytest.approx(once.draws.std(axis=0), rel=0.25)


def test_groups_end_where_the_order_is_certain():
    rng = np.random.default_rng(8)
    columns = rng.normal(size=(2000, 4))
    outcome = columns @ [1.0, 1.0, 0.4, 0.0] + rng.normal(size=2000)
    order = order_drivers(compute_importance(columns, outcome, np.arange(2000), range(4)))
    assert order.group.tolist() == [1, 1, 2, 3]
    assert order.ties_first.tolist() == [True, True, False, False]
    assert order.pairs == 6
    assert order.certain_pairs == 5


def test_many_small_steps_end_a_group_although_no_single_step_is_certain():
    rng = np.random.default_rng(6)
    columns = rng.normal(size=(1500, 10))
    outcome = columns @ np.linspace(1.0, 0.4, 10) + 2 * rng.normal(size=1500)
    order = order_drivers(compute_importance(columns, outcome, np.arange(1500), range(10)))
    assert order.group[0] < order.group[9]


def test_the_true_top_three_may_be_top_although_groups_place_one_lower():
    # the third and the fourth are equally important, so either may be estimated as third
    rng = np.random.default_rng(5)
    slopes = np.array([1.0, 0.5, 0.35, 0.35, 0.1, 0.0])
    held, sizes = 0, list[int]()
    for _ in range(60):
        columns = rng.normal(size=(1500, 6))
        outcome = columns @ slopes + 2 * rng.normal(size=1500)
        may = order_drivers(compute_importance(columns, outcome, np.arange(1500), range(6))).may_be_top
        held += bool(may[:4].all())
        sizes.append(int(may.sum()))
    assert held >= 57
    assert np.mean(sizes) < 5.5


def test_whoever_three_are_certainly_above_is_not_among_the_top():
    rng = np.random.default_rng(8)
    columns = rng.normal(size=(4000, 5))
    outcome = columns @ [1.0, 0.9, 0.8, 0.3, 0.0] + rng.normal(size=4000)
    order = order_drivers(compute_importance(columns, outcome, np.arange(4000), range(5)))
    assert order.may_be_top.tolist() == [True, True, True, False, False]
    assert not (order.above & order.above.T).any()
    assert order.certain_pairs == order.above.sum() <= order.pairs == 10
