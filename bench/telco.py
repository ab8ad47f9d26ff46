"""Telco, a typical table: five test folds, and everything chosen inside each training part."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

import lealtad
from lealtad.learning.evaluation import compute_metrics
from lealtad.learning.search import Budget

DATA = Path(__file__).parents[2] / "shared" / "data" / "telco"
GOALS = {"auc": (0.849, "higher"), "log_loss": (0.4125, "lower")}


def read_table(data: Path = DATA) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the customers, and `row, id, y, fold` of each."""
    customers = pd.read_csv(data / "Telco-Customer-Churn.csv").drop(columns=["customerID", "Churn"])
    charges = pd.to_numeric(customers["TotalCharges"], errors="coerce")  # blank in the first month
    return customers.assign(TotalCharges=charges), pd.read_parquet(data / "folds.parquet")


def run() -> list[dict[str, object]]:
    """Measure tuned, logistic and untuned LightGBM on the same test folds, and the time that all folds take."""
    if not DATA.exists():
        print(f"left out: no data at {DATA}")
        return []
    customers, folds = read_table()
    began = time.perf_counter()
    folds_measured = Parallel(n_jobs=2)(delayed(judge_fold)(customers, folds, fold) for fold in range(5))
    seconds = time.perf_counter() - began
    rows: list[dict[str, object]] = []
    for metric, (goal, better) in GOALS.items():
        for name in folds_measured[0]:
            values = [measures[name][metric] for measures in folds_measured]
            rows.append(
                {
                    "name": f"telco_{metric}_{name}",
                    "value": float(np.mean(values)),
                    "unit": metric,
                    "goal": goal,
                    "better": better,
                    "low": min(values),
                    "high": max(values),
                    "repeats": 5,
                }
            )
    timing = {"value": seconds, "unit": "s", "goal": 120.0, "better": "lower", "low": seconds, "high": seconds}
    return [*rows, {"name": "telco_seconds", **timing, "repeats": 1}]


def judge_fold(customers: pd.DataFrame, folds: pd.DataFrame, fold: int) -> dict[str, dict[str, float]]:
    """Return the measures of each model on one test fold."""
    import lightgbm

    from lealtad.learning.estimators.baseline_models import make_table_baselines
    from lealtad.learning.on_table.encoding import Encoding

    test = (folds["fold"] == fold).to_numpy()
    y = folds["y"].to_numpy()
    trained = lealtad.train_table(customers[~test], y[~test], budget=Budget(trials=15), progress=lambda _: None)
    encoding = Encoding.learn(customers)
    matrix = encoding.matrix(customers)[0]
    logistic = make_table_baselines(encoding.columns, encoding.categorical)["logistic"].fit(
        matrix[~test], y[~test]
    )
    untuned = lightgbm.LGBMClassifier(verbose=-1, n_jobs=1)
    untuned.fit(matrix[~test], y[~test], categorical_feature=list(encoding.categorical))
    probabilities = {
        "lealtad": trained.predict(customers[test]),
        "logistic": logistic.predict_proba(matrix[test])[:, 1],
        "untuned": untuned.booster_.predict(matrix[test]),
    }
    return {name: compute_metrics(y[test], p) for name, p in probabilities.items()}
