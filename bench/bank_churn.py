"""Bank churn, 10,000 customers × 10 columns: five test folds, and everything chosen inside each training part.

The folds come with the data, and nothing is chosen by them. If LEALTAD_AUTOGLUON names a Python with AutoGluon, it
is fitted on the same folds for a minute each. Differences are paired by customer. Without AutoGluon, the goals are
its earlier results (`../shared/data/README.md`).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

import lealtad
from bench.rows import Row, build_row
from lealtad.learning.evaluation import compute_metrics

if TYPE_CHECKING:
    from numpy.typing import NDArray

DATA = Path(__file__).parents[2] / "shared" / "data" / "bank_churn" / "bank_churn.parquet"
GOALS = {"auc": (0.8713, "higher"), "log_loss": (0.3284, "lower")}
MOST_SECONDS = 60.0
PEER = Path(__file__).parent / "autogluon_peer.py"
DRAWS = 500


def run(data: Path = DATA) -> list[Row]:
    """Return the mean of each measure over the folds, and the processor time of a fit."""
    if not data.exists():
        print(f"left out: no data at {data}")
        return []
    table = pd.read_parquet(data)
    y, fold = table["exited"].to_numpy(), table["fold"].to_numpy()
    customers = table.drop(columns=["exited", "fold"])
    measures, seconds, probability = [], [], np.full(len(y), np.nan)
    for number in np.unique(fold):
        test, start = fold == number, time.process_time()
        trained = lealtad.train_table(customers[~test], y[~test], progress=lambda _: None)
        seconds.append(time.process_time() - start)
        probability[test] = trained.predict(customers[test])
        measures.append(compute_metrics(y[test], probability[test]))
    rows: list[Row] = []
    for metric, (goal, better) in GOALS.items():
        values = [fold_measures[metric] for fold_measures in measures]
        ends = {"low": min(values), "high": max(values), "repeats": len(values)}
        rows.append({**build_row(f"bank_churn_{metric}", float(np.mean(values)), metric, goal, better), **ends})
    rows.append(
        build_row("bank_churn: processor time of a fit", float(np.mean(seconds)), "s", MOST_SECONDS, "lower")
    )
    peer = _fit_autogluon(data)
    return rows if peer is None else [*rows, *_compare(y, fold, probability, peer)]


def _fit_autogluon(data: Path) -> NDArray[np.float64] | None:
    """Return AutoGluon's probability of each customer from a fit on the other folds; None if it is not
    installed."""
    python = os.environ.get("LEALTAD_AUTOGLUON")
    if python is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "probability.npy"
        command = [python, str(PEER), str(data), "exited", str(MOST_SECONDS), str(out)]
        subprocess.run(command, check=True)  # noqa: S603 - our own script
        return np.asarray(np.load(out), dtype=np.float64)


def _compare(
    y: NDArray[np.int_], fold: NDArray[np.int_], own: NDArray[np.float64], peer: NDArray[np.float64]
) -> list[Row]:
    """Return lealtad's lead over a peer, with a bootstrap interval over customers within each fold."""
    rng = np.random.default_rng(0)
    parts = [np.flatnonzero(fold == number) for number in np.unique(fold)]
    draws = [[rng.choice(part, len(part)) for part in parts] for _ in range(DRAWS)]
    rows: list[Row] = []
    for metric, sign in (("auc", 1), ("log_loss", -1)):

        def lead(picked: list[NDArray[np.int_]], metric: str = metric, sign: int = sign) -> float:
            leads = [
                compute_metrics(y[part], own[part])[metric] - compute_metrics(y[part], peer[part])[metric]
                for part in picked
            ]
            return sign * float(np.mean(leads))

        low, high = np.quantile([lead(draw) for draw in draws], [0.025, 0.975])
        ends = {"low": float(low), "high": float(high), "repeats": DRAWS}
        rows.append(
            {**build_row(f"bank_churn: {metric} ahead of AutoGluon", lead(parts), metric, 0.0, "higher"), **ends}
        )
    return rows
