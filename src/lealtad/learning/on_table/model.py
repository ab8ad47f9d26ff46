"""The fitted model of a table: trees and contract, both text."""

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
from lealtad.learning.on_table.encoding import Encoding
from lealtad.learning.on_table.given import to_pandas

if TYPE_CHECKING:
    import lightgbm
    from numpy.typing import NDArray

    from lealtad.learning.estimators import Calibration
    from lealtad.learning.on_table.given import Rows

BOOSTER, CONTRACT = "booster.txt", "contract.json"


class TakenAsMissingWarning(UserWarning):
    """Values that the model does not know were scored as missing."""


@dataclass(frozen=True)
class TableModel:
    """Calibrated trees for the columns of one table.

    Attributes
    ----------
    trees
        LightGBM's text.
    encoding
        How columns become what the trees read.
    calibration
        From log-odds to probabilities.
    band
        How sure those probabilities are.
    """

    trees: str
    encoding: Encoding
    calibration: Calibration
    band: ConfidenceBand

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

    def _log_odds(self, rows: pd.DataFrame, stacklevel: int) -> NDArray[np.float64]:
        values, notes = self.encoding.matrix(rows)
        for name, note in notes.items():
            said = f"column '{name}': {note}, scored as missing"
            warnings.warn(said, TakenAsMissingWarning, stacklevel=stacklevel)
        return np.asarray(self.booster.predict(values, raw_score=True))

    @cached_property
    def booster(self) -> lightgbm.Booster:
        """The trees, ready to score."""
        from lightgbm import Booster

        return Booster(model_str=self.trees)

    @property
    def contract(self) -> dict[str, Any]:
        """What stands beside the trees: columns, levels, calibration, and the hash of the trees."""
        said = {
            "calibration": self.calibration.to_text(),
            "interval": self.band.to_text(),
            "booster_sha256": _digest(self.trees),
        }
        return {**self.encoding.to_text(), **said}

    def write(self, folder: Path | str) -> None:
        """Write `booster.txt` and `contract.json`."""
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / BOOSTER).write_text(self.trees)
        (place / CONTRACT).write_text(json.dumps(self.contract, indent=1, sort_keys=True))

    @classmethod
    def read(cls, folder: Path | str) -> TableModel:
        """Read what `write` wrote; nothing is unpickled.

        Raises
        ------
        ModelError
            If a file is missing, or the trees are not those of the contract.
        """
        place = Path(folder)
        try:
            trees, said = (place / BOOSTER).read_text(), json.loads((place / CONTRACT).read_text())
        except (OSError, ValueError) as error:
            raise ModelError(
                model=str(place),
                expected=f"{BOOSTER} and {CONTRACT}",
                found=str(error),
                fix="Name the folder that write() was given.",
            ) from error
        if _digest(trees) != said["booster_sha256"]:
            raise ModelError(
                model=str(place),
                expected=f"trees with SHA-256 {said['booster_sha256']}",
                found=_digest(trees),
                fix="The file was altered; train again, or take it from where it was kept.",
            )
        calibration, band = read_calibration(said["calibration"]), ConfidenceBand.from_text(said["interval"])
        return cls(trees, Encoding.from_text(said), calibration, band)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
