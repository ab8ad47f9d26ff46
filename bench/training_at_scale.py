"""Train on a table of a million rows and 150 columns: time, memory, and the overhead next to LightGBM's own fits.

Rows are synthetic weekly snapshots of customers; a third of the columns matter, and some values are missing. The
search uses a sample of whole customers, and the model is fitted on every row. LightGBM's time is the time it
spends binning or fitting.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench.rows import build_row

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bench.rows import Row

ROWS, COLUMNS, WEEKS, TRIALS = 1_000_000, 150, 20, 30
_PROGRAM = "import sys; from bench.training_at_scale import measured; measure_training(int(sys.argv[1]))"


def run(rows: int = ROWS) -> list[Row]:
    """Train once, in a process of its own."""
    output = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", _PROGRAM, str(rows)], check=True, capture_output=True, text=True
    ).stdout.splitlines()[-1]
    figures = json.loads(output)
    name = f"training_{rows}x{COLUMNS}"
    return [
        build_row(f"{name}_minutes", figures["seconds"] / 60, "min", 20.0, "lower"),
        build_row(f"{name}_peak_memory", figures["gb"], "GB", 8.0, "lower"),
        build_row(f"{name}_overhead", figures["overhead"], "share beside LightGBM's own fits", 0.25, "lower"),
    ]


def measure_training(rows: int) -> None:
    """Train, and print seconds, peak memory in GB, and the time outside LightGBM as a share of LightGBM's."""
    import resource

    import lealtad
    from lealtad.learning.search import Budget

    spans = record_spans()
    X, y, week, customers = draw_table(rows)
    began = time.perf_counter()
    trained = lealtad.train_table(
        X, y, time=7.0 * week, groups=customers, outcome_days=28, folds=3, budget=Budget(trials=TRIALS)
    )
    seconds = time.perf_counter() - began
    inside = sum_spans(spans)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    figures = {
        "seconds": seconds,
        "gb": peak,
        "overhead": (seconds - inside) / inside,
        "auc": trained.metric("auc"),
    }
    print(json.dumps(figures))


def draw_table(rows: int) -> tuple[pd.DataFrame, NDArray[np.float64], NDArray[np.int_], NDArray[np.int_]]:
    """Return columns, outcomes (a tenth), the week and the customer of each row."""
    rng = np.random.default_rng(7)
    values = rng.normal(size=(rows, COLUMNS)).astype(np.float32)
    effects = rng.normal(0, 0.15, COLUMNS // 3)
    odds = values[:, : COLUMNS // 3] @ effects - 2.5
    happened = (rng.random(rows) < 1 / (1 + np.exp(-odds))).astype(float)
    values[rng.random(rows) < 0.1, COLUMNS - 10 :] = np.nan
    frame = pd.DataFrame(values, columns=[f"c{number}" for number in range(COLUMNS)])
    return frame, happened, np.arange(rows) % WEEKS, np.arange(rows) // WEEKS


def record_spans() -> list[tuple[float, float]]:
    """Return a list to which every binning and fit of LightGBM appends its start and end."""
    import lightgbm

    spans: list[tuple[float, float]] = []

    def wrap(work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                return work(*arguments, **named)
            finally:
                spans.append((began, time.perf_counter()))

        return call

    lightgbm.train = wrap(lightgbm.train)
    lightgbm.Dataset.construct = wrap(lightgbm.Dataset.construct)
    return spans


def sum_spans(spans: list[tuple[float, float]]) -> float:
    """Return the seconds covered by at least one span; fits may overlap.

    >>> sum_spans([(0.0, 2.0), (1.0, 3.0), (5.0, 6.0)])
    4.0
    """
    total, reached = 0.0, -np.inf
    for began, ended in sorted(spans):
        total += max(0.0, ended - max(began, reached))
        reached = max(reached, ended)
    return float(total)
