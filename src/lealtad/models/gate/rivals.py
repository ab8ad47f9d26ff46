"""The challenger against each rival on the same rows: differences in money and ranking, customers resampled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.learning.evaluation.intervals import draw_weights, interval_of
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import auc
from lealtad.models.gate.list_profit import compute_realised_profit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.learning.evaluation import Economics

MEASURES = ("profit", "ranking")


def compute_rivals(  # noqa: PLR0913 - the rows, who stands on them, and how they are judged
    judged: pl.DataFrame,
    challenger: str,
    rivals: Sequence[str],
    *,
    economics: Economics,
    capacity: int | None,
    seed: int,
    repeats: int,
) -> pl.DataFrame:
    """Compare one model with each rival, the same customers resampled for both.

    Parameters
    ----------
    judged
        `customer, as_of, observed`, perhaps `value` (V of each row), and one column of probabilities per model.

    Returns
    -------
    One row per rival and measure: `rival, measure` (`profit`: realised, per date's list; `ranking`: ROC-AUC),
    `own, other, difference, low, high` (95 % of the differences).
    """
    y, as_of = judged["observed"].cast(pl.Float64).to_numpy(), judged["as_of"].to_numpy()
    value = judged["value"].to_numpy() if "value" in judged.columns else None

    def measure_model(name: str, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        probability = judged[name].to_numpy()
        earned = compute_realised_profit(y, probability, as_of, weights, economics, capacity, value)
        return np.stack([earned, auc(RankedScores.from_scores(y, probability, weights))])

    names = [challenger, *rivals]
    whole = {name: measure_model(name, np.ones((1, len(y))))[:, 0] for name in names}
    parts = [
        {name: measure_model(name, weights) for name in names}
        for weights in draw_weights(judged["customer"].to_numpy(), seed, repeats)
    ]
    drawn = {name: np.concatenate([part[name] for part in parts], axis=1) for name in names}
    rows = []
    for rival in rivals:
        for position, measure in enumerate(MEASURES):
            own, other = float(whole[challenger][position]), float(whole[rival][position])
            low, high = interval_of(drawn[challenger][position] - drawn[rival][position])
            rows.append((rival, measure, own, other, own - other, low, high))
    return pl.DataFrame(
        rows, schema=["rival", "measure", "own", "other", "difference", "low", "high"], orient="row"
    )
