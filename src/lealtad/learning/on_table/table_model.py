"""The fitted model of a table: the model and its contract, both text."""

from __future__ import annotations

import hashlib
import json
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lealtad.base.errors import ModelError
from lealtad.learning.estimators import ConfidenceBand, read_calibration
from lealtad.learning.learners import DEFAULT, find_reader
from lealtad.learning.on_table.checked_table import to_pandas
from lealtad.learning.on_table.encoding import Encoding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.estimators import Calibration
    from lealtad.learning.learners import AnyLearner, Scorer
    from lealtad.learning.on_table.checked_table import Rows

BOOSTER, CONTRACT = "booster.txt", "contract.json"


class TakenAsMissingWarning(UserWarning):
    """Unknown values were scored as missing."""


@dataclass(frozen=True)
class TableModel:
    """A calibrated model for the columns of one table.

    Attributes
    ----------
    text
        The model as its learner writes it.
    encoding
        How columns are encoded for the model.
    calibration
        From log-odds to probabilities.
    band
        The intervals of the probabilities.
    learner
        The kind of model.
    """

    text: str
    encoding: Encoding
    calibration: Calibration
    band: ConfidenceBand
    learner: AnyLearner = DEFAULT

    def predict(self, X: Rows) -> pd.Series[float]:
        """Return the probability that the outcome is 1, one per row of X, with its index.

        Columns are found by name, in any order; others are not looked at. Levels that were never seen and
        infinite values are scored as missing, with a warning that counts them.

        Raises
        ------
        ModelError
            If a column is missing.
        DataError
            If a column that held numbers holds something else.
        """
        rows = to_pandas(X)
        raw = self._log_odds(rows, stacklevel=3)
        return pd.Series(self.calibration.predict(raw), index=rows.index, name="probability")

    def interval(self, X: Rows) -> pd.DataFrame:
        """Return `low` and `high`, the 95 % interval of each probability; see `estimators.ConfidenceBand`.

        Raises
        ------
        ModelError
            If a column is missing.
        DataError
            If a column that held numbers holds something else.
        """
        rows = to_pandas(X)
        raw = self._log_odds(rows, stacklevel=3)
        probability, (low, high) = self.calibration.predict(raw), self.band.ends(raw)
        ends = {"low": np.minimum(low, probability), "high": np.maximum(high, probability)}
        return pd.DataFrame(ends, index=rows.index)

    def explain(self, X: Rows) -> pd.DataFrame:
        """Return what each column adds to the log-odds of each row, one column per column of the model.

        Raises
        ------
        ModelError
            If a column is missing.
        DataError
            If a column that held numbers holds something else.
        """
        rows = to_pandas(X)
        adds = self.scorer.explain(self.encoding.matrix(rows)[0])
        return pd.DataFrame(adds, index=rows.index, columns=list(self.encoding.columns))

    def _log_odds(self, rows: pd.DataFrame, stacklevel: int) -> NDArray[np.float64]:
        values, notes = self.encoding.matrix(rows)
        for name, note in notes.items():
            warning = f"column '{name}': {note}, scored as missing"
            warnings.warn(warning, TakenAsMissingWarning, stacklevel=stacklevel)
        return self.scorer.predict_margin(values)

    @cached_property
    def scorer(self) -> Scorer:
        """The model, ready to score."""
        return self.learner.load(self.text)

    @property
    def contract(self) -> dict[str, Any]:
        """The contract stored with the model: columns, levels, calibration, the hash of its text, and its kind."""
        parts = {
            "calibration": self.calibration.to_text(),
            "interval": self.band.to_text(),
            "booster_sha256": _digest(self.text),
        }
        # contracts from before the choice of learners name none
        kind = {} if self.learner.name == DEFAULT.name else {"learner": self.learner.name}
        return {**self.encoding.to_text(), **parts, **kind}

    def write(self, folder: Path | str) -> None:
        """Write `booster.txt` and `contract.json`."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / BOOSTER).write_text(self.text)
        (place / CONTRACT).write_text(json.dumps(self.contract, indent=1, sort_keys=True))

    @classmethod
    def read(cls, folder: Path | str, learner: AnyLearner | None = None) -> TableModel:
        """Read what `write` wrote; nothing is unpickled.

        Parameters
        ----------
        folder
            The folder passed to `write`.
        learner
            The learner that reads the text; None finds it by the name in the contract.

        Raises
        ------
        ModelError
            If a file is missing, the model is not the one of the contract, or another learner wrote it.
        """
        place = Path(folder)
        try:
            text, contract = (place / BOOSTER).read_text(), json.loads((place / CONTRACT).read_text())
        except (OSError, ValueError) as error:
            raise ModelError(
                model=str(place),
                expected=f"{BOOSTER} and {CONTRACT}",
                found=str(error),
                fix="Name the folder that write() was given.",
            ) from error
        kind = contract.get("learner", DEFAULT.name)
        if learner is None:
            learner = find_reader(kind)
        if kind != learner.name:
            raise ModelError(
                model=str(place),
                expected=f"a model of the learner '{learner.name}'",
                found=f"one of '{kind}'",
                fix="Pass the learner that trained it: TableModel.read(folder, learner).",
            )
        if _digest(text) != contract["booster_sha256"]:
            raise ModelError(
                model=str(place),
                expected=f"a model with SHA-256 {contract['booster_sha256']}",
                found=_digest(text),
                fix="The file was altered; train again, or take it from where it was kept.",
            )
        calibration, band = (
            read_calibration(contract["calibration"]),
            ConfidenceBand.from_text(contract["interval"]),
        )
        return cls(text, Encoding.from_text(contract), calibration, band, learner)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
