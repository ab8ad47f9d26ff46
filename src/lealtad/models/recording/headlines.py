"""The dozen numbers that compare two runs at a glance; everything else is in the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.learning.on_lake import MODEL

if TYPE_CHECKING:
    import polars as pl

_OWN = (
    "auc",
    "auc_low",
    "auc_high",
    "log_loss",
    "brier",
    "ece",
    "slope",
    "pr_auc",
    "lift_top_decile",
    "realised_profit",
)
_BESIDE = {"logistic": ("auc", "brier"), "base_rate": ("brier",), "champion": ("auc", "brier")}


def choose_headlines(metrics: pl.DataFrame) -> dict[str, float]:
    """Return the headline numbers of a training, as `name.measure`: the model's, and a few of its baselines.

    Parameters
    ----------
    metrics
        One row per name, with its measures and intervals.

    Examples
    --------
    >>> import polars as pl
    >>> table = pl.DataFrame({"name": ["model", "cadence"], "auc": [0.8, 0.6], "brier": [0.1, 0.2]})
    >>> choose_headlines(table)
    {'model.auc': 0.8, 'model.brier': 0.1}
    """
    chosen: dict[str, float] = {}
    for row in metrics.to_dicts():
        names = _OWN if row["name"] == MODEL else _BESIDE.get(row["name"], ())
        chosen |= {f"{row['name']}.{name}": row[name] for name in names if row.get(name) is not None}
    return chosen
