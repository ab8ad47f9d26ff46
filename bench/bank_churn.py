"""Bank churn, 10,000 customers × 10 columns: five test folds, and everything chosen inside each training part.

The folds are those beside the data. They choose nothing. AutoGluon and the others were measured on the same folds
before (`../shared/data/README.md`), and are not run again.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd

import lealtad
from bench.rows import Row, row
from lealtad.learning.evaluation import compute_metrics

DATA = Path(__file__).parents[2] / "shared" / "data" / "bank_churn" / "bank_churn.parquet"
GOALS = {"auc": (0.8713, "higher"), "log_loss": (0.3284, "lower")}
MOST_SECONDS = 60.0


def run(data: Path = DATA) -> list[Row]:
    """Return the mean of each measure over the folds, and the processor time of a fit."""
    if not data.exists():
        print(f"left out: no data at {data}")
        return []
    table = pd.read_parquet(data)
    y, fold = table["exited"].to_numpy(), table["fold"].to_numpy()
    customers = table.drop(columns=["exited", "fold"])
    measured, seconds = [], []
    for number in np.unique(fold):
        test, begun = fold == number, time.process_time()
        trained = lealtad.train_table(customers[~test], y[~test], progress=lambda _: None)
        seconds.append(time.process_time() - begun)
        measured.append(compute_metrics(y[test], trained.predict(customers[test])))
    rows: list[Row] = []
    for metric, (goal, better) in GOALS.items():
        values = [fold_measures[metric] for fold_measures in measured]
        ends = {"low": min(values), "high": max(values), "repeats": len(values)}
        rows.append({**row(f"bank_churn_{metric}", float(np.mean(values)), metric, goal, better), **ends})
    return [*rows, row("bank_churn: processor time of a fit", float(np.mean(seconds)), "s", MOST_SECONDS, "lower")]
