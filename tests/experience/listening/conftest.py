from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lealtad.experience.listening import ListeningReport, Taxonomy, listen
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.simulated import SimulatedCompany, simulate
from tests.lakes import lake_of

if TYPE_CHECKING:
    from lealtad.lake import Lake


@pytest.fixture(scope="session")
def small() -> SimulatedCompany:
    return simulate(800, 12, seed=6)


@pytest.fixture(scope="session")
def lake(small: SimulatedCompany, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return lake_of(tmp_path_factory.mktemp("listening") / "lake", small.tables)


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    return Taxonomy.read()


@pytest.fixture(scope="session")
def report(lake: Lake, taxonomy: Taxonomy) -> ListeningReport:
    return listen(lake, taxonomy, find_end_of_data(lake))
