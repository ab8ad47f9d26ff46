"""All families over a company of 100 million facts: memory, time per fact, and the cost of one more night."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
import polars as pl

from bench.processes import measure_program
from bench.rows import Row, build_row
from lealtad.company.settings_in_force import read_source_settings
from lealtad.examples.features import CompanyProfile, build_catalog, build_into
from lealtad.lake import Lake
from lealtad.lake.loading import load
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources import Batch, Source
from lealtad.sources.contract import TABLES
from lealtad.sources.simulated import stream

if TYPE_CHECKING:
    from collections.abc import Iterator

FACTS = int(os.environ.get("BENCH_FEATURES_FACTS", "100_000_000"))
FACTS_OF_A_CUSTOMER = 147  # of the simulated company, in 24 months


def load_company(lake: str, customers: int) -> None:
    """Draw a company and load it from temporary files."""
    with tempfile.TemporaryDirectory(dir=Path(lake).parent) as name:
        place = Path(name)
        for number, block in enumerate(stream(customers)):
            for table, rows in block.tables.items():
                rows.write_ipc(place / f"{table}-{number:05d}.arrow", compression="lz4")
        names = {file.name.partition("-")[0] for file in place.iterdir()}
        source = Source({name: _Reader(place, name) for name in names})
        load(lake, source, loaded_at=datetime(2026, 11, 1, tzinfo=UTC))


class _Reader:
    def __init__(self, place: Path, table: str) -> None:
        self.files = sorted(place.glob(f"{table}-*"))

    def __call__(self) -> Iterator[Batch]:
        return (Batch(pl.read_ipc(file), file.name) for file in self.files)


def build_features(lake: str, dates: int) -> None:
    """Build every family at monthly dates back from the end, in two processes."""
    opened, company = Lake.open(lake), CompanyProfile.of(read_source_settings("simulated").settings)
    end = find_end_of_data(opened)
    with joblib.parallel_config(n_jobs=2):
        build_into(opened, [end - timedelta(days=30 * k) for k in range(dates)], build_catalog(company), company)


def run() -> list[Row]:
    """Build the features of twelve months and of one night, and the same months of a tenth of the company."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as place:
        full, facts = draw_company(Path(place, "whole"), FACTS)
        months, peak = _measure_building(full, 12)
        night, _ = _measure_building(full, 1)
        tenth, fewer = draw_company(Path(place, "tenth"), FACTS // 10)
        months_of_tenth, _ = _measure_building(tenth, 12)
    per_fact = (months / facts) / (months_of_tenth / fewer)
    return [
        build_row("features_peak_memory", peak, "GB", 6.0, "lower"),
        build_row("features_per_fact_against_a_tenth", per_fact, "times the time", 1.3, "lower"),
        build_row("features_one_night_against_12_dates", night / months, "of the time", 0.35, "lower"),
        build_row("features_12_dates", facts / months, "facts/s", 100_000, "higher"),
    ]


def _measure_building(lake: str, dates: int) -> tuple[float, float]:
    return measure_program(f"from bench.features_at_scale import *; build_features('{lake}', {dates})")


def draw_company(place: Path, facts: int) -> tuple[str, int]:
    """Load a simulated company of about that many facts; return its lake, and how many it holds."""
    place.mkdir()
    lake = str(place / "lake")
    customers = facts // FACTS_OF_A_CUSTOMER
    measure_program(f"from bench.features_at_scale import *; load_company('{lake}', {customers})")
    tables = Lake.open(lake).manifest.tables
    return lake, sum(tables[table.name].rows for table in TABLES if table.event_time and table.name in tables)
