"""Descriptions of a survey's drivers besides importance: usage, slopes, complete answers, and notes."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.drivers.effects import Effects, estimate_effects
from lealtad.experience.drivers.importance import MOST_EXACT
from lealtad.experience.drivers.slopes import classify_slopes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.experience.drivers.ordering import Order
    from lealtad.experience.drivers.resampling import Importance
    from lealtad.experience.drivers.survey_answers import SurveyAnswers


def describe_drivers(
    drivers: Sequence[str],
    importance: Importance,
    order: Order,
    answers: SurveyAnswers,
) -> pl.DataFrame:
    """Return importance, group, usage and mean rating of each driver."""
    ratings = answers.ratings
    count = (~np.isnan(ratings)).sum(axis=0)
    return pl.DataFrame(
        {
            "driver": list(drivers),
            "importance": importance.relative,
            **order.list_columns(),
            "used": 1 - answers.unused.mean(axis=0),
            "mean": np.where(count > 0, np.nansum(ratings, axis=0) / np.maximum(count, 1), np.nan),
        }
    ).with_columns(pl.col("mean").fill_nan(None))


def describe_patterns(filled: NDArray[np.float64], answers: SurveyAnswers) -> pl.DataFrame:
    """Return the slopes below and above the median rating of each driver, all drivers at once."""
    middle, count = np.median(filled, axis=0), len(answers.score)
    below, above = np.minimum(filled - middle, 0), np.maximum(filled - middle, 0)
    columns = np.column_stack([below, above, answers.unused.astype(np.float64)])
    effects = estimate_effects(
        columns,
        np.zeros((count, 1)),
        np.zeros(count, np.int64),
        answers.score,
        answers.customer,
        answers.weights,
    )
    size = filled.shape[1]
    return pl.DataFrame([_describe_pattern(effects, k, size) for k in range(size)], infer_schema_length=None)


def _describe_pattern(effects: Effects, driver: int, size: int) -> dict[str, float | str]:
    described: dict[str, float | str] = {}
    beyond = {}
    for name, column in (("penalty", driver), ("reward", size + driver)):
        direction = np.zeros(len(effects.slopes))
        direction[column] = 1.0
        value, low, high = effects.combine(direction)
        described |= {name: value, f"{name}_low": low, f"{name}_high": high}
        beyond[name] = low > 0
    return described | {"pattern": classify_slopes(penalised=beyond["penalty"], rewarded=beyond["reward"])}


def list_notes(drivers: Sequence[str], answers: SurveyAnswers) -> tuple[str, ...]:
    """Note what cannot be explained, and drivers with identical ratings."""
    ratings, score = answers.ratings, answers.score
    notes = ["Every answer has the same score: nothing can be explained."] if np.ptp(score) == 0 else []
    for name, column in zip(drivers, ratings.T, strict=True):
        values = column[~np.isnan(column)]
        if values.size == 0:
            notes.append(f"Nobody rated '{name}': it explains nothing.")
        elif np.ptp(values) == 0:
            notes.append(f"Every rating of '{name}' is the same: it explains nothing.")
    notes += [
        f"'{drivers[first]}' and '{drivers[right]}' are identical: they share their importance."
        for first, right in combinations(range(len(drivers)), 2)
        if np.array_equal(ratings[:, first], ratings[:, right], equal_nan=True)
    ]
    if len(drivers) > MOST_EXACT:
        notes.append(f"More than {MOST_EXACT} drivers: Johnson's relative weights are used.")
    return tuple(notes)
