"""What training on a table returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.learning.explaining import Explained, JudgedModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from lealtad.learning.evaluation import ChanceVerdict
    from lealtad.learning.on_table.checked_table import Rows
    from lealtad.learning.on_table.table_model import TableModel
    from lealtad.learning.search import TunedSettings

MODEL = "model"
_SHOWN = {"auc": 3, "log_loss": 4, "brier": 4, "ece": 3, "lift_top_decile": 2}


@dataclass(frozen=True, repr=False)
class TrainedTable(Explained):
    """A calibrated model, and how it and its baselines did on rows they have not learned from.

    Attributes
    ----------
    model
        Fitted on every row.
    predictions
        One row per row of the table: `happened`, and by name (`model` and each baseline) the out-of-fold
        probability. It is null if there was nothing earlier to learn from.
    metrics
        `name, metric, value, low, high` over the rows with predictions; intervals by resampling customers, null
        for the calibration error (see `compute_intervals`).
    chance
        Whether the model is better than chance.
    tuned
        The best single settings.
    members
        The fits that the model is the mean of, in words.
    calibrations
        Brier score of each kind of calibration on rows it has not learned from; the chosen one is
        `model.calibration`.
    notes
        Remarks on what was left out or taken as missing.
    judged
        How rows were split, in words.
    customers
        The customer of each row; the row's number if no groups were given.
    values
        The rows as the model reads them, in the order of its columns.
    share
        Share of the customers in each draw of the intervals; see `compute_drawn_share`.
    """

    model: TableModel
    predictions: pl.DataFrame
    metrics: pl.DataFrame
    chance: ChanceVerdict
    tuned: TunedSettings
    members: str
    calibrations: dict[str, float]
    notes: tuple[str, ...]
    judged: str
    customers: NDArray[Any]
    values: NDArray[np.float64]
    share: float = 1.0

    def predict(self, X: Rows) -> pd.Series[float]:
        """Return the calibrated probability of each row of X; see `TableModel.predict`."""
        return self.model.predict(X)

    def explain(self, X: Rows) -> pd.DataFrame:
        """Return what each column adds to the log-odds of each row of X; see `TableModel.explain`."""
        return self.model.explain(X)

    @property
    def explained_on(self) -> JudgedModel:
        """The model with the table it was trained on: shuffling shows what it rests on, not how good it is."""
        encoding = self.model.encoding
        happened = self.predictions["happened"].to_numpy().astype(np.float64)
        return JudgedModel(
            self.model.scorer, self.values, happened, encoding.columns, self.customers, encoding.levels
        )

    def metric(self, metric: str, name: str = MODEL) -> float:
        """Return one measure of the model, or of a baseline."""
        row = self.metrics.filter((pl.col("name") == name) & (pl.col("metric") == metric))
        return float(row["value"].item())

    def __repr__(self) -> str:
        """Return the verdict as a small table."""
        happened, judged = self.predictions["happened"], self.predictions[MODEL].count()
        chosen = {**self.tuned.settings, "rounds": self.tuned.rounds}
        settings = ", ".join(f"{name} {_show(value)}" for name, value in chosen.items())
        lines = [
            f"{len(happened):,} rows, {happened.sum() / len(happened):.1%} happened",
            f"{judged:,} judged by {self.judged}",
            "".join(["".ljust(12), *(name.ljust(25) for name in _SHOWN)]).rstrip(),
            *(self._line(str(name)) for name in self.metrics["name"].unique(maintain_order=True)),
            f"the mean of {self.members}; best of {self.tuned.trials} trials: {settings}",
            f"calibration: {self.model.calibration.kind}",
            self.chance.sentence,
            *self.notes,
        ]
        return "\n".join(lines)

    def _line(self, name: str) -> str:
        by_metric = {
            row["metric"]: row for row in self.metrics.filter(pl.col("name") == name).iter_rows(named=True)
        }
        cells = [_cell(by_metric[metric], digits) for metric, digits in _SHOWN.items()]
        return "".join([name.ljust(12), *(cell.ljust(25) for cell in cells)]).rstrip()


def _show(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float | int) else str(value)


def _cell(measure: Mapping[str, Any], digits: int) -> str:
    value, low, high = (measure[name] for name in ("value", "low", "high"))
    return f"{value:.{digits}f}" if low is None else f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
