"""A booster of LightGBM that scores, and the text it is stored as.

A served model carries this file along: to load and score a model it needs LightGBM and NumPy, but not lealtad.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import lightgbm
    from numpy.typing import NDArray

NATIVE_LEVELS = 40  # levels of a category above which trees split its target statistic alone
_STATISTICS = "statistics"


@dataclass(frozen=True)
class BoosterScorer:
    """A booster that scores."""

    booster: lightgbm.Booster
    statistics: Mapping[int, NDArray[np.float64]] = field(default_factory=dict)

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        return np.asarray(self.booster.predict(append_statistics(values, self.statistics), raw_score=True))

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds of each row; a category's number counts as the category."""
        adds = np.asarray(self.booster.predict(append_statistics(values, self.statistics), pred_contrib=True))
        adds, own = adds[:, :-1], values.shape[1]
        for extra, position in enumerate(self.statistics, own):
            adds[:, position] += adds[:, extra]
        return adds[:, :own]


def append_statistics(
    values: NDArray[np.float64], statistics: Mapping[int, NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the rows with one more column per category of many levels; an unseen level is as none."""
    if not statistics:
        return values
    more = []
    for position, rates in statistics.items():
        codes = np.nan_to_num(values[:, position], nan=len(rates) - 1).astype(int)
        more.append(rates[np.where((codes >= 0) & (codes < len(rates)), codes, len(rates) - 1)])
    return np.column_stack([drop_levels(values, statistics), *more])


def drop_levels(values: NDArray[np.float64], statistics: Mapping[int, NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return the rows without the codes of categories that only their statistic stands for."""
    hidden = [position for position, rates in statistics.items() if len(rates) > NATIVE_LEVELS]
    if not hidden:
        return values
    without = values.copy()
    without[:, hidden] = 0.0
    return without


def join_text(booster: str, statistics: Mapping[int, NDArray[np.float64]]) -> str:
    """Return the booster's text; where there are statistics, both as JSON."""
    if not statistics:
        return booster
    rates = {position: values.tolist() for position, values in statistics.items()}
    return json.dumps({_STATISTICS: rates, "booster": booster}, indent=1)


def split_text(text: str) -> tuple[str, dict[int, NDArray[np.float64]]]:
    """Return the booster's text and the statistics."""
    if not text.startswith("{"):
        return text, {}
    parts = json.loads(text)
    return parts["booster"], {int(at): np.asarray(rates) for at, rates in parts[_STATISTICS].items()}


def load(text: str) -> BoosterScorer:
    """Read a model from its text, as served models do."""
    from lightgbm import Booster

    booster, statistics = split_text(text)
    return BoosterScorer(Booster(model_str=booster), statistics)
