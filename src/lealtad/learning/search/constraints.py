"""Monotone constraints of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.stats import rankdata

from lealtad.base.errors import SettingsError, suggest_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from numpy.typing import NDArray

_CLEARLY = 3.0  # standard errors


def read_directions(
    directions: Mapping[str, int], columns: Sequence[str], categorical: Collection[str] = ()
) -> tuple[int, ...]:
    """Return the direction of each column: 1 may only raise the probability, -1 only lower it, 0 is free.

    LightGBM crashes the interpreter if a category has a direction; here it is a clear error.

    Raises
    ------
    SettingsError
        If a column is unknown or a category, or a direction is not 1, -1 or 0.

    Examples
    --------
    >>> read_directions({"complaints": 1}, ["age", "complaints"])
    (0, 1)
    """
    for name, direction in directions.items():
        if name not in columns:
            raise _constraint_error(
                name, "a column of the table", "none of this name", suggest_name(name, columns)
            )
        if name in categorical:
            raise _constraint_error(name, "a number", "a category", "Categories have no order; leave it out.")
        if direction not in (-1, 0, 1):
            raise _constraint_error(
                name, "1, -1 or 0", repr(direction), "1 may only raise the probability, -1 only lower it."
            )
    return tuple(int(directions.get(name, 0)) for name in columns)


def find_contradictions(
    values: NDArray[np.float64],
    happened: NDArray[np.float64],
    directions: Sequence[int],
    customers: NDArray[Any],
) -> list[int]:
    """Return the positions of columns whose stated direction the data clearly contradict.

    These columns rank the other way round. The AUC of the column alone, without nulls, is on the other side of one
    half by more than three standard errors.

    Parameters
    ----------
    values
        Rows × columns.
    customers
        Whose row it is; the rows of one customer count as one.

    Notes
    -----
    The standard error is that of the Mann–Whitney statistic without effect, `√((n₁ + n₀ + 1) / (12·n₁·n₀))`,
    times √(rows / customers).

    Examples
    --------
    >>> rising = np.arange(200.0)[:, None]
    >>> happened = (rising[:, 0] > 99).astype(float)
    >>> [find_contradictions(rising, happened, [direction], np.arange(200)) for direction in (1, -1)]
    [[], [0]]
    """
    repeats = np.sqrt(len(happened) / len(np.unique(customers)))
    contradictions = []
    for position, direction in enumerate(directions):
        if direction:
            is_known = ~np.isnan(values[:, position])
            signs = _measure_signs(values[is_known, position], happened[is_known] > 0)
            if signs * direction < -_CLEARLY * repeats:
                contradictions.append(position)
    return contradictions


def _measure_signs(column: NDArray[np.float64], happened: NDArray[np.bool_]) -> float:
    """Return how many standard errors the AUC of a column is above one half."""
    churned, stayed = int(happened.sum()), int((~happened).sum())
    if not churned or not stayed:
        return 0.0
    auc = (rankdata(column)[happened].mean() - (churned + 1) / 2) / stayed
    return float((auc - 0.5) / np.sqrt((churned + stayed + 1) / (12 * churned * stayed)))


def _constraint_error(name: str, expected: str, found: str, fix: str) -> SettingsError:
    return SettingsError(place=f"constraint on '{name}'", expected=expected, found=found, fix=fix)
