"""A logistic regression that scores: a broken line per number, effects of levels, and pairs of columns.

A served model carries this file along: to load and score a model it needs NumPy, but not lealtad.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class LogisticScorer:
    """Fitted regressions on the same columns; the log-odds are their mean."""

    models: Sequence[Mapping[str, Any]]
    level: float

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        intercept = float(np.mean([model["intercept"] for model in self.models]))
        return np.asarray(self.explain(values).sum(axis=1) + intercept + self.level)

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds of each row, against its mean in what was learned from.

        Each column of a pair gets half of what the pair adds.
        """
        rows = np.asarray(values, dtype=np.float64)
        return np.asarray(np.mean([_add_effects(rows, model) for model in self.models], axis=0))


def load(text: str) -> LogisticScorer:
    """Read a model from its text, as served models do."""
    reading = json.loads(text)
    return LogisticScorer(reading["models"], reading["level"])


def expand_column(column: NDArray[np.float64], reading: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return a column as those that the regression is linear in."""
    missing = np.isnan(column)
    if "levels" in reading:
        return np.column_stack([*(column == level for level in reading["levels"]), missing]).astype(np.float64)
    # beyond what was learned from, a line goes on as far as four standard deviations
    number = np.clip((squeeze(np.where(missing, 0.0, column)) - reading["mean"]) / reading["scale"], -4, 4)
    number = np.where(missing, 0.0, number)
    bends = [np.where(missing, 0.0, np.maximum(number - knot, 0.0)) for knot in reading["knots"]]
    return np.column_stack([number, *bends, missing])


def expand_shape(column: NDArray[np.float64], reading: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return a column as the coarse shapes of which pairs are made, against their means.

    A category has one shape per frequent level. A number has overlapping hats on its place among quantiles.
    A missing value is a shape of its own.
    """
    missing = np.isnan(column)
    if "levels" in reading:
        shapes = [(column == level).astype(np.float64) for level in reading["levels"]]
    else:
        edges, tops = reading["edges"], np.linspace(0.0, 1.0, reading["hats"])
        place = np.interp(np.nan_to_num(column), edges, np.linspace(0.0, 1.0, len(edges)))
        shapes = [np.where(missing, 0.0, np.maximum(0.0, 1 - np.abs(place - top) / tops[1])) for top in tops]
    shapes = [*shapes, missing.astype(np.float64)]
    return np.asarray(np.column_stack(shapes) - np.asarray(reading.get("means", np.zeros(len(shapes)))))


def multiply_shapes(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return every product of a shape of one column and a shape of the other, rows × products."""
    return np.asarray((first[:, :, None] * second[:, None, :]).reshape(len(first), -1))


def squeeze(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `sign(x) · log(1 + |x|)`, which brings counts and money to one scale."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)))


def _read_rates(rows: NDArray[np.float64], rates: Mapping[str, Sequence[float]]) -> NDArray[np.float64]:
    """Return the rows with the log-odds of a level in its place; an unseen level is as none."""
    numbers = rows.copy()
    for place, by_level in rates.items():
        at, last = int(place), len(by_level) - 1
        codes = np.nan_to_num(rows[:, at], nan=last).astype(int)
        numbers[:, at] = np.asarray(by_level)[np.where((codes >= 0) & (codes < last), codes, last)]
    return numbers


def _add_effects(rows: NDArray[np.float64], model: Mapping[str, Any]) -> NDArray[np.float64]:
    # models from before there were rates and pairs name none
    rows = _read_rates(rows, model.get("rates", {}))
    adds = np.column_stack(
        [
            expand_column(column, reading) @ np.asarray(reading["effects"]) - reading["usual"]
            for column, reading in zip(rows.T, model["columns"], strict=True)
        ]
    )
    for pair in model.get("pairs", ()):
        first, second = (expand_shape(rows[:, shape["at"]], shape) for shape in pair["shapes"])
        both = multiply_shapes(first, second) @ np.asarray(pair["effects"]) - pair["usual"]
        for shape in pair["shapes"]:
            adds[:, shape["at"]] += both / 2
    return adds
