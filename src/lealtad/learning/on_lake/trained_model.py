"""What training on a lake returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.explaining import Explained, JudgedModel, compute_importance_by

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    from numpy.typing import NDArray

    from lealtad.examples.dataset import Dataset
    from lealtad.learning.evaluation import ChanceVerdict
    from lealtad.learning.fitting import FittedModel
    from lealtad.learning.on_lake.evaluation import Evaluation
    from lealtad.learning.season import Season

MODEL = "model"
_SHOWN = {"auc": 3, "log_loss": 4, "brier": 4, "ece": 3, "lift_top_decile": 2}


@dataclass(frozen=True, repr=False)
class TrainedModel(Explained):
    """A fitted model with its training rows, its test rows and its evaluation.

    Attributes
    ----------
    fitted
        The model as text, the calibration of its log-odds, and the intervals of the probabilities.
    train, test
        The training rows, and the later test rows.
    segments
        Segment of each test row; null if the company states none.
    probabilities
        By name (`model`, each baseline, and `champion` if given), the probability of each test row. Model and
        champion are adjusted to the season, as far as it was known at the date.
    evaluation
        Every measure of each, overall and by slice.
    chance
        Whether the model is better than chance on the test rows.
    typical, worse
        By feature, the median of customers who stayed and the direction in which churners differ.
    season
        How the level moved between dates; None if it did not, or if that is unknown.
    notes
        Remarks on what was left out, set free or taken as missing.
    """

    fitted: FittedModel
    train: Dataset
    test: Dataset
    segments: pl.Series
    probabilities: dict[str, NDArray[np.float64]]
    evaluation: Evaluation
    chance: ChanceVerdict
    typical: dict[str, float]
    worse: dict[str, int]
    season: Season | None = None
    notes: tuple[str, ...] = ()

    @property
    def metrics(self) -> pl.DataFrame:
        """One row per name, each measure with its interval."""
        return self.evaluation.metrics

    @property
    def metrics_by_date(self) -> pl.DataFrame:
        """The model's measures at each test date."""
        return self.evaluation.by_date

    def predict(self, rows: pd.DataFrame) -> NDArray[np.float64]:
        """Return the calibrated probability of each row, by the columns learned from, at the usual level."""
        return self.fitted.predict(rows[self.train.features].to_numpy(dtype=np.float64))

    @property
    def explained_on(self) -> JudgedModel:
        """The model with the test rows, none of which it has learned from."""
        values = self.test.rows.select(self.train.features).to_numpy().astype(np.float64)
        values = np.where(np.isinf(values), np.nan, values)
        happened = np.asarray(self.test.y, dtype=np.float64)
        return JudgedModel(
            self.fitted.scorer, values, happened, self.train.features, np.asarray(self.test.customers), {}
        )

    def explain(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what each feature adds to the log-odds of each row; one column per feature.

        Parameters
        ----------
        rows
            With the features that the model learned from.
        """
        import pandas as pd

        values = rows[self.train.features].to_numpy(dtype=np.float64)
        adds = self.fitted.scorer.explain(np.where(np.isinf(values), np.nan, values))
        return pd.DataFrame(adds, index=rows.index, columns=self.train.features)

    def importance_by_segment(self) -> pl.DataFrame:
        """Return what each feature contributes in each segment; see `compute_importance_by`."""
        return compute_importance_by(self.explained_on, self.segments.fill_null("unknown").to_numpy())

    def __repr__(self) -> str:
        """Return the verdict as a small table."""
        rows, days = self.test.rows, self.test.rows["as_of"].dt.strftime("%Y-%m-%d").sort()
        span = f"{days[0]} to {days[-1]}, {self.test.y.mean():.1%} happened"
        lines = [
            f"{self.train.rows.height:,} rows learned from, {rows.height:,} later ones judged ({span})",
            "".join(["".ljust(12), *(name.ljust(25) for name in _SHOWN)]).rstrip(),
            *(_write_line(row) for row in self.metrics.iter_rows(named=True)),
            self.chance.sentence,
            f"learner: {self.fitted.learner.name}; calibration: {self.fitted.calibration.kind}",
            *self.notes,
        ]
        return "\n".join(lines)


def _write_line(row: dict[str, Any]) -> str:
    cells = []
    for name, digits in _SHOWN.items():
        low, high = row.get(f"{name}_low"), row.get(f"{name}_high")
        interval = "" if low is None else f" [{low:.{digits}f}, {high:.{digits}f}]"
        cells.append(f"{row[name]:.{digits}f}{interval}")
    return "".join([row["name"].ljust(12), *(cell.ljust(25) for cell in cells)]).rstrip()
