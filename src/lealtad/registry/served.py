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
        line = self.contract["slope"] * np.asarray(raw) + self.contract["intercept"]
        return pd.DataFrame({"churn_probability": 1 / (1 + np.exp(-line))}, index=model_input.index)

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds, one column per feature."""
        values = self.booster.predict(self.matrix(rows), pred_contrib=True)
        each = self.contract["slope"] * np.asarray(values)[:, :-1]
        return pd.DataFrame(each, columns=self.contract["columns"], index=rows.index)

    def matrix(self, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the features as the trees expect them."""
        missing = [name for name in self.contract["columns"] if name not in rows.columns]
        if missing:
            raise ValueError(f"expected the columns of the model, found none named {', '.join(missing)}")
        return np.asarray(rows[self.contract["columns"]], dtype=np.float64)


set_model(ServedModel())
