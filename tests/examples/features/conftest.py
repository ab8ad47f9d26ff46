"""A simulated company, with merges, spam, lateness and business hours, once for all."""

from datetime import UTC, datetime

import polars as pl
import pytest

from lealtad.examples.features import CompanyProfile, compute_features
from lealtad.kpis import BusinessCalendar
from lealtad.sources.contract import TABLES, split
from lealtad.sources.simulated import simulate

# on working days, in the middle of what is going on
DATES = [
    datetime(2025, 9, 23, 12, tzinfo=UTC),
    datetime(2025, 11, 24, 17, tzinfo=UTC),
    datetime(2025, 12, 30, 11, tzinfo=UTC),
]
PROMISES = CompanyProfile(
    calendar=BusinessCalendar({"mon-fri": "09:00-18:00"}, zone="Europe/Madrid", country="ES"),
    sla={"low": 16.0, "normal": 8.0, "high": 4.0, "urgent": 2.0},
    levels={"segment": ("basic", "plus"), "country": ("ES", "MX")},
)


@pytest.fixture(scope="session")
def simulated() -> dict[str, pl.DataFrame]:
    """The seven tables of 500 customers over a year, as the contract lets them in."""
    made = simulate(500, 12, seed=3)
    return {
        table.name: split(table.name, made.tables[table.name]).valid
        for table in TABLES
        if table.name in made.tables
    }


@pytest.fixture(scope="session")
def simulated_features(simulated) -> pl.DataFrame:
    """Every feature of the simulated company."""
    from lealtad.examples.features import build_catalog

    return compute_features(simulated, DATES, build_catalog(PROMISES), PROMISES)
