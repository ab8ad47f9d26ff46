"""Several models on the same rows, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.intervals import compute_intervals
from lealtad.learning.evaluation.metrics import compute_metrics

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

_DEFAULT = Economics()
_COLUMNS = {
    "name": pl.String(),
    "metric": pl.String(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
}


def compute_comparison(  # noqa: PLR0913 - the rows, and how they are resampled and judged
    y: ArrayLike,
    probabilities: Mapping[str, ArrayLike],
    customers: ArrayLike,
    *,
    seed: int,
    repeats: int = 200,
    capacity: float | None = None,
    economics: Economics = _DEFAULT,
    share: float = 1.0,
) -> pl.DataFrame:
    """Return every measure of every model with its interval; one row per model and measure.

    Parameters
    ----------
    probabilities
        By name of the model, its probability of each row.
    customers
        The customer of each row; whole customers are resampled, the same ones for every model.
    share
        Share of the customers in each draw; see `compute_drawn_share`.

    Returns
    -------
    `name, metric, value, low, high`: 95 % percentile bootstrap over customers, null if `compute_intervals` has
    none.

    Examples
    --------
    >>> y, sure, dull = [0, 1] * 30, [0.1, 0.9] * 30, [0.5] * 60
    >>> table = compute_comparison(y, {"sure": sure, "dull": dull}, range(60), seed=1, repeats=20)
    >>> table.filter(pl.col("metric") == "auc").select("name", "value").rows()
    [('sure', 1.0), ('dull', 0.5)]
    """
    rows = []
    for name, probability in probabilities.items():
        values = compute_metrics(y, probability, capacity=capacity, economics=economics)
        ends = compute_intervals(
            y,
            probability,
            customers,
            seed=seed,
            repeats=repeats,
            capacity=capacity,
            economics=economics,
            share=share,
        )
        rows += [(name, metric, value, *ends.get(metric, (None, None))) for metric, value in values.items()]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row").filter(pl.col("metric") != "n")
