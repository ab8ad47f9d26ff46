"""A small simulated company, as it comes out of the contract."""

from datetime import UTC, date, datetime

import pytest

from lealtad.sources.contract import split
from lealtad.sources.simulated import Scenario, simulate

END = date(2026, 1, 1)
AS_OF = datetime(2025, 9, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def tables():
    simulated = simulate(200, 10, seed=11, end=END, scenario=Scenario(alias_share=0.1))
    valid = {name: split(name, rows).valid for name, rows in simulated.tables.items()}
    return {**valid, "identities": simulated.identities}
