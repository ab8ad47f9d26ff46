"""How a probability moves with a column, and with which other columns it acts together."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.learning.explaining.judged_model import JudgedModel

_BINS = 10
_PARTNERS = 8  # columns, by contribution, among which pairs are looked for
_FEW = 20  # rows of a bin


def compute_dependence(model: JudgedModel, column: str, *, seed: int = 7) -> pl.DataFrame:
    """Return how the log-odds move with the values of a column, one row per stretch of values or level.

    Returns
    -------
    `value` (in words), `at` (the median of the stretch; null for levels and for missing values), `contribution`
    (mean), `low, high` (the middle 80 % of the rows), `observed` (rate) and `n`.

    Raises
    ------
    SettingsError
        If there is no such column.

    Examples
    --------
    >>> from lealtad.learning.explaining import JudgedModel
    >>> from lealtad.learning.learners import Examples, Logistic
    >>> rows = np.random.default_rng(1).normal(size=(500, 1))
    >>> examples = Examples(rows, (rows[:, 0] > 0).astype(float))
    >>> text = Logistic().fit(examples, examples, {"strength": 1.0, "knots": 0}, 1, 1)
    >>> model = JudgedModel(Logistic().load(text), rows, examples.happened, ["a"], np.arange(500), {})
    >>> compute_dependence(model, "a")["contribution"].is_sorted()
    True
    """
    position = model.locate(column)
    some = model.sample(seed)
    values, adds = some.values[:, position], some.contributions[:, position]
    place, words = _part(values, some.levels.get(column))
    rows = []
    for number, (word, middle) in enumerate(words):
        at = place == number
        if not at.any():
            continue
        low, high = np.quantile(adds[at], [0.1, 0.9])
        rows.append(
            (word, middle, float(adds[at].mean()), low, high, float(some.happened[at].mean()), int(at.sum()))
        )
    return pl.DataFrame(rows, schema=["value", "at", "contribution", "low", "high", "observed", "n"], orient="row")


def compute_interactions(model: JudgedModel, *, seed: int = 7) -> pl.DataFrame:
    """Return which pairs of columns act together.

    Parameters
    ----------
    model
        The fitted model, with rows whose outcome is known.
    seed
        Chooses the rows that are sampled.

    Returns
    -------
    `column, with, strength`, strongest first. If a column acted alone, its contribution would follow from its own
    value. `strength` (0 to 1) is the share of the contribution's variance that only the other column's value
    explains. Pairs are those of the eight columns that contribute most.
    """
    some = model.sample(seed)
    weight = np.abs(some.contributions).mean(axis=0)
    best = [int(at) for at in np.argsort(-weight, kind="stable")[:_PARTNERS] if weight[at] > 0]
    places = {at: _part(some.values[:, at], some.levels.get(some.columns[at]))[0] for at in best}
    rows = []
    for own, other in permutations(best, 2):
        adds = some.contributions[:, own]
        rest = adds - _average_by(places[own], adds)
        cells = places[own] * (places[other].max() + 1) + places[other]
        total = float((adds - adds.mean()) @ (adds - adds.mean()))
        explained = _average_by(cells, rest)
        strength = float(explained @ explained) / max(total, 1e-12)
        rows.append((some.columns[own], some.columns[other], strength))
    table = pl.DataFrame(
        rows, schema={"column": pl.String, "with": pl.String, "strength": pl.Float64}, orient="row"
    )
    return table.sort("strength", "column", "with", descending=[True, False, False])


def _part(
    values: NDArray[np.float64], levels: Sequence[str] | None
) -> tuple[NDArray[np.int_], list[tuple[str, float | None]]]:
    """Return the stretch or level of each row, and each in words with its middle; missing values are the last."""
    missing = np.isnan(values)
    if levels is not None:
        place = np.where(missing, len(levels), np.nan_to_num(values)).astype(int)
        return place, [*((str(level), None) for level in levels), ("missing", None)]
    present = values[~missing]
    distinct = np.unique(present)
    edges = (
        distinct[1:]
        if len(distinct) <= _BINS
        else np.unique(np.quantile(present, np.linspace(0, 1, _BINS + 1)))[1:-1]
    )
    place = np.searchsorted(edges, np.nan_to_num(values), side="right")
    words: list[tuple[str, float | None]] = []
    for number in range(len(edges) + 1):
        inside = present[np.searchsorted(edges, present, side="right") == number]
        ends = (f"{inside.min():.3g}", f"{inside.max():.3g}") if len(inside) else ("", "")
        words.append((ends[0] if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}", _middle(inside)))
    return np.where(missing, len(edges) + 1, place).astype(int), [*words, ("missing", None)]


def _middle(values: NDArray[np.float64]) -> float | None:
    return float(np.median(values)) if len(values) else None


def _average_by(place: NDArray[np.int_], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each row the mean of its cell; 0 in cells of few rows, which explain nothing."""
    _, cell = np.unique(place, return_inverse=True)
    counts = np.bincount(cell)
    means = np.where(counts >= _FEW, np.bincount(cell, weights=values) / counts, 0.0)
    return np.asarray(means[cell])
