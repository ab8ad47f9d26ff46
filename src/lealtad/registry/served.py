"""The model as MLflow stores and serves it: this file is the code, and nothing is unpickled.

It stands alone, so that a server needs LightGBM, pandas and MLflow, but not lealtad.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class ServedModel(PythonModel):  # type: ignore[misc]
    """Trees and contract; scores are calibrated probabilities."""

    def load_context(self, context: Any) -> None:
        """Read the two text files of the model."""
        text = Path(context.artifacts["booster"]).read_text()
        self.contract: dict[str, Any] = json.loads(Path(context.artifacts["contract"]).read_text())
        found = hashlib.sha256(text.encode()).hexdigest()
        if found != self.contract["booster_sha256"]:
            raise ValueError(
                f"booster.txt: expected SHA-256 {self.contract['booster_sha256']}, found {found}. "
                "The file was altered; register the model again."
            )
        self.booster = lightgbm.Booster(model_str=text)

    # without type hints: MLflow would take them for the schema, which the signature states exactly
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        """Return `churn_probability` per row; columns are found by name, in any order."""
        raw = self.booster.predict(self.matrix(model_input), raw_score=True)
        probability = calibrated(np.asarray(raw), self.contract["calibration"])
        return pd.DataFrame({"churn_probability": probability}, index=model_input.index)

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds, one column per feature.

        Where the calibration is a straight line they are the calibrated log-odds, else those of the trees.
        """
        values = self.booster.predict(self.matrix(rows), pred_contrib=True)
        each = slope(self.contract["calibration"]) * np.asarray(values)[:, :-1]
        return pd.DataFrame(each, columns=self.contract["columns"], index=rows.index)

    def matrix(self, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the features as the trees expect them."""
        missing = [name for name in self.contract["columns"] if name not in rows.columns]
        if missing:
            raise ValueError(f"expected the columns of the model, found none named {', '.join(missing)}")
        levels = self.contract.get("levels", {})
        found = {
            name: codes(rows[name], levels[name]) if name in levels else rows[name]
            for name in self.contract["columns"]
        }
        return np.column_stack([np.asarray(column, dtype=np.float64) for column in found.values()])


def calibrated(raw: np.ndarray[Any, np.dtype[np.float64]], said: dict[str, Any]) -> Any:
    """Return probabilities of log-odds, by the calibration that the contract holds."""
    match said["kind"]:
        case "isotonic":
            return np.interp(raw, said["raw"], said["probability"])
        case "beta":
            line = -said["a"] * np.logaddexp(0, -raw) + said["b"] * np.logaddexp(0, raw) + said["c"]
        case _:
            line = slope(said) * raw + said.get("intercept", 0.0)
    return 1 / (1 + np.exp(-line))


def slope(said: dict[str, Any]) -> float:
    """Return by how much the calibration stretches log-odds; 1 where it is no straight line."""
    return float(said.get("slope", 1 / said.get("temperature", 1.0)))


def codes(column: Any, levels: list[str]) -> Any:
    """Return the position of each level; NaN for null and for one that was never seen."""
    position = {level: float(code) for code, level in enumerate(levels)}
    known = column.astype(object).map(lambda value: position.get(str(value), np.nan))
    return known.where(column.notna()).astype(np.float64)


set_model(ServedModel())
