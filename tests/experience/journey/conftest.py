from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lealtad.company.settings import Settings
from lealtad.experience.company_kpis import compute_company_kpis
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.simulated import SimulatedCompany, simulate
from tests.conftest import SIMULATED_SETTINGS
from tests.lakes import lake_of

if TYPE_CHECKING:
    from lealtad.experience.company_kpis import CompanyKpis
    from lealtad.lake import Lake


@pytest.fixture(scope="session")
def small() -> SimulatedCompany:
    return simulate(400, 10, seed=3)


@pytest.fixture(scope="session")
def lake(small: SimulatedCompany, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(tmp_path_factory.mktemp("journey") / "lake", small.tables)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings.read(SIMULATED_SETTINGS)


@pytest.fixture(scope="session")
def company(lake: Lake, settings: Settings) -> CompanyKpis:
    return compute_company_kpis(lake, settings, find_end_of_data(lake), 90, 0.25)
