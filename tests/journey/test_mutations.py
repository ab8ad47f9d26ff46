"""Whatever a single row says, as long as the contract lets it in, every figure of the others is computed."""

import os
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lealtad import kpis
from lealtad.definition import Value
from lealtad.journey import journey_map
from lealtad.settings import Settings
from lealtad.sources.simulated import simulate
from lealtad.worklist.value import value_at_stake
from tests.lakes import lake_of
from tests.mutations import mutated

pytestmark = pytest.mark.slow
AS_OF = datetime(2025, 12, 15, tzinfo=UTC)
TABLES = simulate(60, 6, seed=5).tables


@given(st.data())
@settings(max_examples=int(os.environ.get("LEALTAD_MUTATIONS", "4")), deadline=None)
def test_a_row_that_the_contract_lets_in_stops_no_figure(tmp_path_factory, data):
    tables = data.draw(mutated({name: rows for name, rows in TABLES.items() if rows.height}))
    lake = lake_of(tmp_path_factory.mktemp("mutated") / "lake", tables)
    assert not journey_map(lake, Settings.read("lealtad.toml"), AS_OF, 60).missing
    worth = {name: lake.read(name, as_of=AS_OF) for name in ("subscriptions", "orders")}
    assert (value_at_stake(worth, AS_OF, Value(), 28)["value_at_stake"] >= 0).all()
    assert kpis.retention_rate(lake.read("subscriptions"))["n"].item() is not None
    assert pl.DataFrame(kpis.tickets(lake.read("ticket_events"))).height
