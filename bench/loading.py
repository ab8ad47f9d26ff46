"""Load 100 million touchpoints from Parquet, against DuckDB reading, sorting and writing the same files."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from bench.processes import measure_program
from bench.rows import Row, build_row

FACTS, CUSTOMERS, FILES = int(os.environ.get("BENCH_LOADING_FACTS", "100_000_000")), 1_500_000, 20
STAGES = ("awareness", "consideration", "purchase", "service", "loyalty", "advocacy")
CHANNELS = ("web", "app", "email", "store", "phone", "chat")
POINTS = (
    "home_page",
    "product_page",
    "newsletter",
    "checkout",
    "help_center",
    "call_center",
    "app_open",
    "review",
)
OWNERS = ("marketing", "support", "store", "product", None)
OUTCOMES = ("bought", "solved", "abandoned", None, None, None)
SECOND = 1_000_000  # in microseconds

SOURCES = """
[sources.customers]
files = "customers.parquet"
[sources.touchpoints]
files = "touchpoints-*.parquet"
"""

LOAD = """
import sys
from datetime import UTC, datetime
from lealtad.lake.loading import load
from lealtad.sources import open_source
done = load(sys.argv[2], open_source(sys.argv[1]), loaded_at=datetime(2026, 2, 1, tzinfo=UTC))
assert done.counts["touchpoints"].added == int(sys.argv[3]), done.counts
"""

SORT = """
import sys
import duckdb
files, result, beside = sys.argv[1:]
database = duckdb.connect(config={"memory_limit": "4GB", "temp_directory": beside})
database.execute("set enable_progress_bar = false")
database.execute(
    f"copy (select * from read_parquet('{files}/touchpoints*.parquet') order by customer_id, occurred_at) "
    f"to '{result}' (format parquet)"
)
"""


def write_export(folder: Path) -> None:
    """Write a company's export: its customers, and touchpoints in files by arrival, in no order within."""
    folder.mkdir()
    names = pl.select(
        pl.format("C{}", pl.int_range(CUSTOMERS, eager=True).cast(pl.String).str.zfill(8))
    ).to_series()
    pl.DataFrame({"customer_id": names}).write_parquet(folder / "customers.parquet")
    rng, size = np.random.default_rng(1), FACTS // FILES
    for part in range(FILES):
        _draw_touchpoints(rng, names, part * size, size).write_parquet(folder / f"touchpoints-{part:03d}.parquet")
    (folder / "lealtad.toml").write_text(SOURCES)


def _draw_touchpoints(rng: np.random.Generator, names: pl.Series, first: int, size: int) -> pl.DataFrame:
    after = rng.integers(0, 730 * 86_400, size) * SECOND
    late = np.where(rng.random(size) < 0.03, rng.integers(0, 5 * 86_400, size) * SECOND, 0)
    at = pl.Series(np.datetime64("2024-01-01", "us") + after)
    value = np.where(rng.random(size) < 0.2, rng.gamma(2, 20, size).round(2), np.nan)
    numbers = pl.int_range(first, first + size, eager=True).cast(pl.String).str.zfill(10)
    return pl.DataFrame(
        {
            "touchpoint_id": pl.select(pl.format("T{}", numbers)).to_series(),
            "customer_id": names.gather(rng.integers(0, CUSTOMERS, size)),
            "occurred_at": at.dt.replace_time_zone("UTC"),
            "stage": _draw_words(rng, STAGES, size),
            "channel": _draw_words(rng, CHANNELS, size),
            "touchpoint": _draw_words(rng, POINTS, size),
            "initiated_by": _draw_words(rng, ("customer", "company"), size),
            "owner": _draw_words(rng, OWNERS, size),
            "value": pl.Series(value).fill_nan(None),
            "outcome": _draw_words(rng, OUTCOMES, size),
            "recorded_at": (at + pl.Series(late.astype("timedelta64[us]"))).dt.replace_time_zone("UTC"),
        }
    )


def _draw_words(rng: np.random.Generator, words: tuple[str | None, ...], size: int) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(rng.integers(0, len(words), size))


def run() -> list[Row]:
    """Load and sort the same files once each, each in a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_TMP")) as place:
        folder, lake = Path(place, "export"), Path(place, "company", "lake")
        write_export(folder)
        sorting, _ = measure_program(
            SORT, str(folder), str(Path(place, "sorted.parquet")), str(Path(place, "spill"))
        )
        Path(place, "sorted.parquet").unlink()
        loading, peak = measure_program(LOAD, str(folder), str(lake), str(FACTS // FILES * FILES))
    return [
        build_row("loading_rows_per_second", FACTS / loading, "rows/s", 200_000, "higher"),
        build_row("loading_against_duckdb", loading / sorting, "times its time", 2.5, "lower"),
        build_row("loading_peak_memory", peak, "GB", 4.0, "lower"),
    ]
