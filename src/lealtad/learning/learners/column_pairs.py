"""Pairs of columns with joint effects, found in the training rows."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.learners.logistic_scorer import expand_shape, multiply_shapes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.learning.learners.examples import Examples

_COLUMNS = 20  # columns with the strongest effects, whose pairs are tested
_ROWS = 20_000  # rows used for the test
_LEVELS, _HATS, _QUANTILES = 5, 4, 40
_BEYOND = 4.0  # standard deviations of what chance would add


def find_pairs(
    adds: NDArray[np.float64], intercept: float, learned: Examples, *, most: int, penalty: float
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return pairs whose joint effect is beyond chance, the strongest first, each as the shapes of its columns.

    Parameters
    ----------
    adds
        What each column adds to the log-odds of each row by itself.
    intercept
        Log-odds where nothing is added.
    most
        Maximum number of pairs.
    penalty
        That of a fit with the pairs.

    Notes
    -----
    The score test of a penalised regression: ``r'X (X'HX + penalty)⁻¹ X'r``. X holds the products of shapes, r
    what is left of the outcomes, and H its variance. Chance adds about as much as there are degrees of freedom d,
    with a deviation of √(2d). A pair is named from four deviations beyond.

    Examples
    --------
    >>> from lealtad.learning.learners.examples import Examples
    >>> rows = np.random.default_rng(1).normal(size=(2000, 3))
    >>> examples = Examples(rows, (rows[:, 0] * rows[:, 2] > 0).astype(float))
    >>> [[shape["at"] for shape in pair] for pair in find_pairs(rows * 0, 0.0, examples, most=3, penalty=5.0)]
    [[0, 2]]
    """
    odds = adds.sum(axis=1) + intercept + (0.0 if learned.level is None else learned.level)
    p = 0.5 * (1 + np.tanh(odds / 2))
    weight = np.ones(len(p)) if learned.weight is None else learned.weight / learned.weight.mean()
    residual, variance = weight * (learned.happened - p), weight**2 * p * (1 - p)
    some = slice(0, _ROWS)
    strongest = np.sort(np.argsort(-adds.std(axis=0), kind="stable")[:_COLUMNS])
    described = {int(at): _describe_shape(int(at), learned) for at in strongest}
    shapes = {at: expand_shape(learned.values[some, at], reading) for at, reading in described.items() if reading}
    tested = [
        (
            _test_pair(multiply_shapes(shapes[first], shapes[second]), residual[some], variance[some], penalty),
            first,
            second,
        )
        for first, second in combinations(shapes, 2)
    ]
    beyond = sorted((test for test in tested if test[0] > _BEYOND), reverse=True)[:most]
    return [(described[first], described[second]) for _, first, second in beyond]


def _test_pair(
    products: NDArray[np.float64], residual: NDArray[np.float64], variance: NDArray[np.float64], penalty: float
) -> float:
    """Return how many deviations a pair explains beyond chance."""
    curved = (products * variance[:, None]).T @ products
    score = products.T @ residual
    solved = np.linalg.solve(curved + penalty * np.eye(len(curved)), np.column_stack([score, curved]))
    freedom = float(np.trace(solved[:, 1:]))
    return float((score @ solved[:, 0] - freedom) / np.sqrt(2 * max(freedom, 1e-9)))


def _describe_shape(at: int, learned: Examples) -> dict[str, Any]:
    """Return how a column is read for pairs; nothing if it is constant."""
    column = learned.values[:, at]
    codes, counts = np.unique(column[~np.isnan(column)], return_counts=True)
    reading: dict[str, Any] = {"at": at}
    if at in learned.categorical:
        reading["levels"] = codes[np.sort(np.argsort(-counts, kind="stable")[:_LEVELS])].tolist()
    elif len(codes) > 1:
        quantiles = np.quantile(column[~np.isnan(column)], np.linspace(0, 1, _QUANTILES + 1))
        edges = codes if len(codes) <= _HATS else np.unique(quantiles)
        reading |= {"edges": edges.tolist(), "hats": min(_HATS, max(len(edges), 2))}
    if len(codes) <= 1 or len(reading.get("edges", codes)) <= 1:
        return {}
    return {**reading, "means": expand_shape(column, reading).mean(axis=0).tolist()}
