"""The code of a model as MLflow stores and serves it; nothing is unpickled.

It is self-contained: a server needs pandas, MLflow and the learner's packages, but not lealtad. The file
`learner.py` next to it reads, scores and explains the kind of model.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel


class ServedModel(PythonModel):  # type: ignore[misc]
    """A model and its contract; scores are calibrated probabilities."""

    def load_context(self, context: Any) -> None:
        """Read the files of the model; each is checked against the hash in the file that refers to it."""
        hashes = context.model_config or {}
        text = read_verified(context.artifacts["contract"], hashes.get("contract_sha256"))
        self.contract: dict[str, Any] = json.loads(text)
        model = read_verified(context.artifacts["booster"], self.contract["booster_sha256"])
        code = read_verified(context.artifacts["learner"], hashes.get("learner_sha256"))
        self.scorer: Any = run_learner(code).load(model)

    # without type hints, from which MLflow would derive the schema; the signature states it exactly
    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]  # noqa: ARG002
        """Return one row per row given; columns are found by name, in any order.

        `probability`, `low` and `high` (95 % interval; null if the model has none), `band`. With the parameter
        `reasons`, that many of the columns with the largest contributions: `column, contribution` (to the
        log-odds), `own` (the customer's value) and `typical` (the median of customers who stay).
        """
        matrix = self.matrix(model_input)
        raw = self.scorer.predict_margin(matrix)
        probability = calibrate(raw, self.contract["calibration"])
        answer = pd.DataFrame({"probability": probability}, index=model_input.index)
        for end in ("low", "high"):
            answer[end] = interpolate_end(raw, self.contract.get("interval"), end)
        answer["band"] = name_bands(probability, self.contract.get("bands", []))
        asked = (params or {}).get("reasons", 0)
        if asked < 0:
            raise bad_request(f"parameter 'reasons': expected 0 or more, found {asked}")
        if asked:
            answer["reasons"] = pd.Series(self.reasons(matrix, asked), index=answer.index, dtype=object)
        return answer

    def contributions(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds, one column per feature.

        If the calibration is linear they add up to the calibrated log-odds, else to those of the model.
        """
        return pd.DataFrame(
            self._weigh_features(self.matrix(rows)), columns=self.contract["columns"], index=rows.index
        )

    def reasons(self, matrix: np.ndarray[Any, np.dtype[np.float64]], count: int) -> list[list[dict[str, Any]]]:
        """Return for each row the columns with the largest contributions, heaviest first."""
        weights, columns = self._weigh_features(matrix), self.contract["columns"]
        heaviest = np.argsort(-np.abs(weights), axis=1, kind="stable")[:, :count]
        return [
            [
                {
                    "column": columns[position],
                    "contribution": float(weights[row, position]),
                    "own": to_json_number(matrix[row, position]),
                    "typical": to_json_number(self.contract.get("typical", {}).get(columns[position], np.nan)),
                }
                for position in positions
            ]
            for row, positions in enumerate(heaviest)
        ]

    def matrix(self, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the features as the model expects them."""
        missing = [name for name in self.contract["columns"] if name not in rows.columns]
        if missing:
            raise bad_request(f"expected the columns of the model, found none named {', '.join(missing)}")
        features = rows[self.contract["columns"]]
        matrix = features.to_numpy() if self._is_plain(features) else self._convert(features)
        infinite = np.isinf(matrix)
        # as in training, infinite values count as missing
        return np.where(infinite, np.nan, matrix) if infinite.any() else matrix

    def _is_plain(self, rows: pd.DataFrame) -> bool:
        """Return whether the rows can be read without converting single columns."""
        return not self.contract.get("levels") and all(dtype == np.float64 for dtype in rows.dtypes)

    def _convert(self, rows: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.float64]]:
        levels = self.contract.get("levels", {})
        return np.column_stack(
            [
                encode_levels(rows[name], levels[name]) if name in levels else to_numbers(rows[name])
                for name in rows.columns
            ]
        )

    def _weigh_features(
        self, matrix: np.ndarray[Any, np.dtype[np.float64]]
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.asarray(read_slope(self.contract["calibration"]) * self.scorer.explain(matrix))


def read_verified(path: str, expected: str | None) -> str:
    """Return a file's text after checking its hash (None for models from before hashes were stored)."""
    text = Path(path).read_bytes()
    digest = hashlib.sha256(text).hexdigest()
    if expected is not None and digest != expected:
        raise ValueError(
            f"{Path(path).name}: expected SHA-256 {expected}, found {digest}. "
            "The file was altered; register the model again."
        )
    return text.decode()


def run_learner(code: str) -> Any:
    """Import the learner's file as a module under a unique name."""
    name = f"lealtad_learner_{hashlib.sha256(code.encode()).hexdigest()[:16]}"
    if name not in sys.modules:
        module = ModuleType(name)
        sys.modules[name] = module  # before it is executed, because dataclasses look up their module
        exec(compile(code, f"<{name}>", "exec"), module.__dict__)  # noqa: S102 - its hash was checked
    return sys.modules[name]


def calibrate(raw: np.ndarray[Any, np.dtype[np.float64]], numbers: dict[str, Any]) -> Any:
    """Return probabilities of log-odds, by the calibration that the contract holds."""
    match numbers["kind"]:
        case "isotonic":
            return np.interp(raw, numbers["raw"], numbers["probability"])
        case "beta":
            line = -numbers["a"] * np.logaddexp(0, -raw) + numbers["b"] * np.logaddexp(0, raw) + numbers["c"]
        case _:
            line = read_slope(numbers) * raw + numbers.get("intercept", 0.0)
    return 1 / (1 + np.exp(-line))


def read_slope(numbers: dict[str, Any]) -> float:
    """Return the factor by which the calibration stretches log-odds; 1 if it is not linear."""
    return float(numbers.get("slope", 1 / numbers.get("temperature", 1.0)))


def interpolate_end(raw: np.ndarray[Any, np.dtype[np.float64]], grid: dict[str, Any] | None, end: str) -> Any:
    """Return one end of the interval of each probability, on the contract's grid of log-odds; null without one."""
    if grid is None:
        return pd.Series([None] * len(raw), dtype=object).to_numpy()
    return np.interp(raw, grid["log_odds"], grid[end])


def name_bands(probability: Any, bands: list[Any]) -> Any:
    """Return the name of the highest band that each probability reaches; null without bands."""
    names = np.array([name for name, _ in bands] + [None], dtype=object)
    reached = [probability >= least for _, least in bands] + [np.ones(len(probability), dtype=bool)]
    return names[np.argmax(reached, axis=0)]


def encode_levels(column: Any, levels: list[str]) -> Any:
    """Return the position of each level; NaN for null and for one that was never seen."""
    position = {level: float(code) for code, level in enumerate(levels)}
    code = column.astype(object).map(lambda value: position.get(str(value), np.nan))
    return code.where(column.notna()).astype(np.float64)


def to_numbers(column: Any) -> Any:
    """Return a column as numbers, NaN for null."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fiub":
        return column.to_numpy(dtype=np.float64)
    try:
        return column.astype(object).where(column.notna(), np.nan).astype(np.float64)
    except (TypeError, ValueError) as error:
        raise bad_request(f"column '{column.name}': expected numbers or nulls, found {error}") from None


def to_json_number(value: Any) -> float | None:
    """Return a number as JSON; None for NaN."""
    return None if pd.isna(value) else float(value)


def bad_request(why: str) -> MlflowException:
    """Return the error that a server answers with HTTP 400 and a reason."""
    return MlflowException.invalid_parameter_value(why)


set_model(ServedModel())
