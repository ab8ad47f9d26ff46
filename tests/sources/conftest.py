from __future__ import annotations

import pytest

from lealtad.sources.simulated import Company, Scenario, simulate


@pytest.fixture(scope="session")
def simulated() -> Company:
    """A year of 2,000 customers, with the truth of every week."""
    return simulate(2_000, 12, seed=11, scenario=Scenario(truth_every_weeks=1))
