"""Descriptions of features for a model's contract, from the training rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from lealtad.examples.dataset import Dataset


def describe_features(past: Dataset) -> dict[str, Any]:
    """Return `typical` values by feature, and by feature `worse`: +1 where churners have more of it."""
    return {"typical": _find_typical_values(past), "worse": _find_risk_directions(past.X, past.y)}


def _find_typical_values(past: Dataset) -> dict[str, float]:
    """Return the median of each feature among customers who stayed."""
    return {str(name): float(middle) for name, middle in past.X[past.y == 0].median().items()}


def _find_risk_directions(X: pd.DataFrame, y: pd.Series[int]) -> dict[str, int]:
    """Return for each feature whether churners rank higher (+1) or lower (-1) than customers who stay."""
    ranks = X.rank()
    return {str(name): 1 if ranks[name][y == 1].mean() >= ranks[name][y == 0].mean() else -1 for name in X.columns}
