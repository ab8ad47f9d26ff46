from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lealtad.sources.simulated import Scenario, SimulatedCompany, simulate
from tests.sources.postgres import PASSWORD, binaries, server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sources.postgres import Server


@pytest.fixture(scope="session")
def simulated() -> SimulatedCompany:
    """A year of 2,000 customers, with the truth of every week."""
    return simulate(2_000, 12, seed=11, scenario=Scenario(truth_every_weeks=1))


@pytest.fixture(scope="session")
def _server() -> Iterator[Server]:
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here")
    with server(programs) as started:
        yield started


@pytest.fixture
def postgres(_server, monkeypatch) -> Server:
    """A PostgreSQL server, and its password where a `lealtad.toml` looks for it."""
    monkeypatch.setenv("CRM_PASSWORD", PASSWORD)
    return _server
