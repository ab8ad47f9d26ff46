"""What a recommendation causes is recovered from campaigns, and a prior stands until they know."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lealtad.recommending.incremental import compute_incremental_share, measure_incremental_share
from lealtad.recommending.selling_restrictions import count_declines
from tests.lakes import lake_of
from tests.recommending.planted import at_day

_arm = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(_arm, _arm)
def test_the_share_lies_between_prior_and_measurement(treated, holdout):
    share = compute_incremental_share(treated, holdout, 0.05, 0.05)
    ratio = ((treated[0] + 0.5) / (treated[1] + 1)) / ((holdout[0] + 0.5) / (holdout[1] + 1)) - 1
    assert min(0.05, ratio) - 1e-9 <= share.mean <= max(0.05, ratio) + 1e-9
    assert share.low <= share.mean <= share.high
    assert 0 < share.measured < 1


def test_nobody_held_out_leaves_the_prior():
    share = compute_incremental_share((50, 100), (0, 0), 0.1)
    assert share.mean == pytest.approx(0.1)
    assert (share.basis, share.measured) == ("prior", 0.0)


def draw_campaign(customers=4000, seed=3):
    """Of the held out 30 % buy the product within four weeks, of the treated 45 %; others buy too late."""
    rng = np.random.default_rng(seed)
    treated = rng.random(customers) < 0.8
    bought = rng.random(customers) < np.where(treated, 0.45, 0.3)
    ids = pl.Series([f"c{number}" for number in range(customers)])
    start = at_day(100)
    assignments = pl.DataFrame(
        {
            "customer_id": ids,
            "campaign_id": "recommend-2026-04",
            "assigned_at": start,
            "arm": pl.Series(["treated" if each else "holdout" for each in treated]),
            "action": "recommend:tea",
        }
    )
    when = np.where(bought, rng.uniform(0, 28, customers), rng.uniform(28, 60, customers))
    lines = pl.DataFrame(
        {
            "order_id": "o" + ids,
            "line": "1",
            "customer_id": ids,
            "ordered_at": [start + timedelta(days=float(day)) for day in when],
            "product_id": pl.Series(["tea" if each else "rum" for each in rng.random(customers) < 0.999]),
            "quantity": 1.0,
        }
    )
    orders = lines.select("order_id", "customer_id", "ordered_at", amount=pl.lit(5.0))
    return {
        "customers": ids.to_frame("customer_id"),
        "orders": orders,
        "order_lines": lines,
        "interventions": assignments,
    }


def test_a_planted_effect_is_recovered_and_later_facts_change_nothing(tmp_path):
    lake = lake_of(tmp_path / "lake", draw_campaign())
    share = measure_incremental_share(lake, at_day(170), 28, spread=1.0)
    assert share.low < 0.5 < share.high
    assert share.basis == "measured"
    assert share.treated + share.holdout == 4000
    # the horizon has not ended: nothing is known yet
    assert measure_incremental_share(lake, at_day(127), 28).measured == 0


def test_a_lake_without_campaigns_has_the_prior(tables, tmp_path):
    lake = lake_of(tmp_path / "lake", tables)
    assert measure_incremental_share(lake, at_day(300), 28).basis == "prior"


def test_outcomes_that_flow_back_count_as_declines(tmp_path):
    tables = draw_campaign(40)
    declined = tables["interventions"].with_columns(
        contacted_at=pl.lit(at_day(101)), outcome=pl.lit("Rechazada"), recorded_at=pl.lit(at_day(101))
    )
    lake = lake_of(tmp_path / "lake", {**tables, "interventions": declined})
    declines = pl.concat([count_declines(lake, at_day(110), bucket) for bucket in lake.buckets])
    assert declines.select("product_id", "declined").unique().rows() == [("tea", 1)]
