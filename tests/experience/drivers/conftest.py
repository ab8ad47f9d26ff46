from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lealtad.company.settings import Settings
from lealtad.sources.simulated import SimulatedCompany, simulate
from tests.conftest import SIMULATED_SETTINGS
from tests.lakes import lake_of

if TYPE_CHECKING:
    from lealtad.lake import Lake


@pytest.fixture(scope="session")
def small() -> SimulatedCompany:
    return simulate(500, 12, seed=4)


@pytest.fixture(scope="session")
def lake(small: SimulatedCompany, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(tmp_path_factory.mktemp("drivers") / "lake", small.tables)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings.read(SIMULATED_SETTINGS)
