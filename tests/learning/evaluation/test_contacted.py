"""The profit of a list, by hand."""

import polars as pl
import pytest

from lealtad.learning.evaluation import Economics, compute_contacted_profit


def test_each_list_contacts_those_who_promise_most_and_nobody_at_a_loss():
    # V 200, d 10, f 1, γ .3: who leaves pays 56, who stays costs 11; the second list promises only losses
    y, p, lists = [1, 0, 0, 0], {"model": [0.9, 0.5, 0.01, 0.02]}, ["a", "a", "b", "b"]
    found = compute_contacted_profit(y, p, lists, range(4), capacity=1, seed=1)
    assert found.select("contacted", "realised").row(0) == (1, 56.0)
    assert found["expected"][0] == pytest.approx(0.9 * 57 - 0.1 * 10 - 1)
    both = compute_contacted_profit(y, p, lists, range(4), capacity=2, seed=1)
    assert both.select("contacted", "realised").row(0) == (2, 45.0)


def test_a_customer_worth_more_is_listed_before_one_who_is_likelier():
    y, p = [1, 1], {"model": [0.5, 0.6]}
    found = compute_contacted_profit(y, p, [1, 1], range(2), capacity=1, seed=1, value=[1000.0, 100.0])
    assert found["realised"][0] == pytest.approx(0.3 * 990 - 1)


def test_intervals_resample_customers_and_hold_the_value():
    y, p = [1, 0] * 100, {"one": [0.6, 0.5] * 100, "other": [0.3] * 200}
    found = compute_contacted_profit(y, p, [1] * 200, range(200), capacity=80, seed=1, economics=Economics())
    for kind in ("expected", "realised"):
        assert (
            found.filter(pl.col(f"{kind}_low") <= pl.col(kind), pl.col(kind) <= pl.col(f"{kind}_high")).height == 2
        )
