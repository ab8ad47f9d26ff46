"""Intention to treat by campaign."""

import polars as pl
import pytest

from lealtad.experiments.effect import compute_itt_lift


def arms(campaign: str, treated: tuple[int, int], holdout: tuple[int, int]) -> pl.DataFrame:
    """Of each arm (left, stayed)."""
    parts = [("treated", True, treated[0]), ("treated", False, treated[1])]
    parts += [("holdout", True, holdout[0]), ("holdout", False, holdout[1])]
    rows = [(campaign, arm, left) for arm, left, count in parts for _ in range(count)]
    return pl.DataFrame(rows, schema=["campaign_id", "arm", "observed"], orient="row")


def test_newcombe_interval_of_the_paper():
    """56/70 against 48/80, Newcombe (1998), table II (a), method 10: 0.2, from 0.0524 to 0.3339."""
    row = compute_itt_lift(arms("a", (48, 32), (56, 14))).row(0, named=True)
    assert (row["lift"], row["low"], row["high"]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert row["saves"] == pytest.approx(16)


def test_campaigns_of_other_risks_and_shares_do_not_mix():
    """Nothing helps in either campaign, yet the pooled shares differ (Simpson): 0.2 of 1,000 with 100 held out,
    0.02 of 1,000 with 900 held out."""
    rows = pl.concat([arms("risky", (180, 720), (20, 80)), arms("safe", (2, 98), (18, 882))])
    together = compute_itt_lift(rows).filter(pl.col("campaign_id").is_null()).row(0, named=True)
    assert together["lift"] == pytest.approx(0, abs=1e-12)
    assert together["treated_left"] > 5 * together["holdout_left"] / 2


def test_an_arm_that_is_empty_shows_nothing():
    found = compute_itt_lift(arms("a", (5, 5), (0, 0)))
    assert found["lift"].to_list() == [None, None]


@pytest.mark.parametrize("nights", [1, 10, 30])
def test_a_customer_on_many_lists_is_one_customer(nights):
    rows = arms("a", (3, 37), (4, 6)).with_row_index("customer_id")
    repeated = pl.concat([rows] * nights)
    assert compute_itt_lift(repeated).equals(compute_itt_lift(rows.drop("customer_id")))


def test_a_customer_in_several_campaigns_makes_the_sum_no_surer():
    """The same 100 in two campaigns with the same outcome say as much as in one; two hundred others say more."""
    one = arms("a", (5, 45), (10, 40)).with_row_index("customer_id")
    other = one.with_columns(campaign_id=pl.lit("b"))
    strangers = other.with_columns(pl.col("customer_id") + 100)

    def width(rows):
        together = compute_itt_lift(rows).filter(pl.col("campaign_id").is_null())
        return (together["high"] - together["low"]).item()

    alone = width(one)
    assert width(pl.concat([one, other])) == pytest.approx(alone)
    assert width(pl.concat([one, strangers])) == pytest.approx(alone / 2**0.5)


def test_customers_drawn_by_lot_are_left_out():
    chosen = arms("a", (5, 45), (10, 40)).with_columns(explored=pl.lit(value=False))
    by_lot = arms("a", (0, 60), (0, 0)).with_columns(explored=pl.lit(value=True))
    assert compute_itt_lift(pl.concat([chosen, by_lot])).equals(compute_itt_lift(chosen))
