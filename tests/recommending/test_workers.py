"""Buckets that are scored side by side give the same offers."""

import pytest

from lealtad.base.workers import use_workers
from lealtad.lake import Lake
from lealtad.recommending import Protocol, recommend

SMALL = Protocol(dates=1)


@pytest.mark.slow
def test_processes_beside_give_the_same_offers(out, as_of):
    lake = Lake.open(out / "lake")
    assert len(lake.buckets) > 1
    alone = recommend(lake, as_of, SMALL)
    with use_workers(2):
        beside = recommend(lake, as_of, SMALL, learned=alone.learned)
    assert beside.offers.rows.equals(alone.offers.rows)
    assert beside.offers.withheld.equals(alone.offers.withheld)
