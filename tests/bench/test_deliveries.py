"""A small sample of the bench of deliveries: no holdout is contacted, and what is delivered is what was saved."""

import polars as pl
import pytest

from bench.deliveries import settle, simulate_lists

pytestmark = pytest.mark.slow

NIGHTS, CUSTOMERS, SEEDS = 75, 3_000, 3


@pytest.fixture(scope="module")
def seasons():
    return [simulate_lists(seed, 0.4, nights=NIGHTS, customers=CUSTOMERS) for seed in range(SEEDS)]


def test_our_own_lists_contact_no_holdout_within_the_horizon(seasons):
    for one in seasons:
        held = one.outcomes.filter(one.listed["arm"] == "holdout")
        assert held.height > 1_000
        assert not held["treated"].any()
        assert settle(one)["contaminated"].to_list() == [0.0] * 3
    anew = simulate_lists(0, 0.4, nights=NIGHTS, customers=CUSTOMERS, lasting=False)
    assert anew.outcomes.filter(anew.listed["arm"] == "holdout")["treated"].mean() > 0.2


def test_what_was_delivered_is_what_was_saved(seasons):
    rows = pl.concat(settle(one) for one in seasons)
    # nine campaigns, each covered in about 95 %: seven or more in 99.2 %
    assert rows.select(pl.col("true_saves").is_between("low", "high")).sum().item() >= 7
    # of the sum, by the intervals of its independent parts: within three standard errors
    spread = ((rows["high"] - rows["low"]) / 2 / 1.96).pow(2).sum() ** 0.5
    assert abs(rows["delivered"].sum() - rows["true_saves"].sum()) < 3 * spread
