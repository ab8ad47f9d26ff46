"""A night's features on two workers of a cluster, against one process: a thread each, the same bits."""

from __future__ import annotations

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from bench.features_at_scale import FACTS, draw_company
from bench.processes import measure_program
from bench.rows import Row, build_row
from lealtad.base.workers import use_workers
from lealtad.company.settings_in_force import read_source_settings
from lealtad.examples.features import CompanyProfile, build_catalog, build_into
from lealtad.examples.features.storage.provenance import FEATURES
from lealtad.lake import Lake
from lealtad.lake.timeline import find_end_of_data
from lealtad.lake.writing import start_draft

DATES, WORKERS = 3, 2
# as docs/deploy says: freed memory is kept for the next bucket, by the job as by its workers
MEMORY = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:500,muzzy_decay_ms:-1"}
TRIM = {"distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": 2**30}


def build_features(lake: str, address: str = "") -> None:
    """Build every family at three monthly dates, in this process or on the workers of a cluster."""
    opened, company = Lake.open(lake), CompanyProfile.of(read_source_settings("simulated").settings)
    end = find_end_of_data(opened)
    dates = [end - timedelta(days=30 * month) for month in range(DATES)]
    with use_workers(1, address):
        build_into(opened, dates, build_catalog(company), company)


def forget_features(lake: str) -> None:
    """Let the next build compute all again."""
    with start_draft(Lake.open(lake)) as draft:
        draft.forget(FEATURES)


def run() -> list[Row]:
    """Draw a company, and build its features by one process and by two workers."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as place:
        lake, _ = draw_company(Path(place, "whole"), FACTS)
        return measure_speed_up(lake)


def measure_speed_up(lake: str) -> list[Row]:
    """Build the same features twice; stop the bench where they differ."""
    import dask
    from distributed import LocalCluster

    one_thread = {"POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    with patch.dict(os.environ, one_thread | MEMORY), dask.config.set(TRIM):
        alone = _build(lake)
        content = _read_content(lake)
        with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None) as cluster:
            # as long as they stand, workers keep what they have imported
            together = _build(lake, cluster.scheduler_address)
    if _read_content(lake) != content:
        raise AssertionError("expected the workers' features to be those of one process")
    return [build_row("cluster_speed_up_of_two_workers", alone / together, "times the speed", 1.7, "higher")]


def _build(lake: str, address: str = "") -> float:
    forget_features(lake)
    return measure_program(f"from bench.cluster import *; build_features('{lake}', '{address}')")[0]


def _read_content(lake: str) -> dict[int, object]:
    """Return what the manifest says of the features, but for the names of files."""
    return {key: part.content for key, part in Lake.open(lake).manifest.tables[FEATURES].parts.items()}
