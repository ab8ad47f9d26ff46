"""Sources open by name; what no company knows of itself stays beside its tables."""

import polars as pl
import pytest

from lealtad.base.errors import SettingsError
from lealtad.lake import Lake
from lealtad.sources import open_source, opening, read
from lealtad.sources.contract.tables import STORED
from lealtad.sources.simulated import simulate


@pytest.fixture
def tiny(monkeypatch):
    company = simulate(50, 3, seed=1)
    monkeypatch.setattr(opening, "simulate", lambda **_: company)
    return company


def test_the_simulated_company_gives_tables_of_the_contract_alone(tiny):
    source = open_source("simulated")
    assert set(source.tables) <= {table.name for table in STORED}
    assert set(source.ground_truth) == {"truth"}
    assert read("simulated").keys() == source.tables.keys()


def test_ingest_keeps_the_truth_beside_the_lake(tiny, tmp_path):
    from lealtad.jobs.ingest import ingest

    ingest("simulated", tmp_path / "run")
    assert pl.read_parquet(tmp_path / "run" / "truth.parquet").equals(tiny.truth)
    assert Lake.open(tmp_path / "run" / "lake").identities.sort("alias").equals(tiny.identities.sort("alias"))
    assert not (tmp_path / "run" / "lake" / "truth").exists()


def test_an_unknown_source_is_refused_with_the_known_ones():
    with pytest.raises(SettingsError, match="completejourney or simulated"):
        read("simulted")
