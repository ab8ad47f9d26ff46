"""Score a million customers, against LightGBM's own `predict` on the same matrix."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench.rows import build_ratio_row, take_turns
from lealtad.learning.estimators import PlattCalibration
from lealtad.models import registry

if TYPE_CHECKING:
    from bench.rows import Row

CUSTOMERS, FEATURES, LEARNED = 1_000_000, 150, 50_000
_SETTINGS: dict[str, Any] = {"objective": "binary", "num_leaves": 31, "verbosity": -1, "seed": 7}


def run() -> list[Row]:
    """Score with the registered model, and with its trees alone."""
    import lightgbm

    rng = np.random.default_rng(7)
    values = rng.normal(size=(CUSTOMERS, FEATURES))
    happened = rng.random(LEARNED) < 1 / (1 + np.exp(2 - values[:LEARNED, :5].sum(axis=1)))
    trees = lightgbm.train(_SETTINGS, lightgbm.Dataset(values[:LEARNED], happened), 400).model_to_string()
    calibration = PlattCalibration().fit(values[:LEARNED, 0], happened)
    columns = [f"f{number}" for number in range(FEATURES)]
    contract = registry.build_contract("churn", trees, calibration, columns=columns, catalog="c", kpis="k")
    with tempfile.TemporaryDirectory() as folder:
        store = f"sqlite:///{folder}/mlflow.db"
        with registry.open_run(store, experiment="bench", artifacts=Path(folder) / "artifacts", tags={}) as going:
            address = going.log_model(trees, contract)
        version = registry.register_challenger(store, "churn", address, contract)
        model = registry.load_version(store, "churn", version)
    rows, alone = pd.DataFrame(values, columns=columns), lightgbm.Booster(model_str=trees)
    pairs = take_turns(lambda: model.predictions(rows), lambda: alone.predict(values), turns=3)
    return [build_ratio_row("scoring_over_lightgbm", pairs, "x", 1.3, "lower")]
