"""Which columns may move the probability in one direction alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.learning.search import find_contradictions, read_directions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lealtad.examples.features import Feature

_DIRECTION = {"rises": 1, "falls": -1}


def choose_directions(
    catalog: Sequence[Feature],
    columns: Sequence[str],
    values: NDArray[np.float64],
    happened: NDArray[np.float64],
    customers: NDArray[Any],
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the direction of each column as the catalog states it, and a line about each that was set free.

    A direction that the rows clearly contradict is set free: see `tuning.find_contradictions`.
    """
    stated = {
        column: _DIRECTION[one.risk] for one in catalog if one.risk for column in one.columns if column in columns
    }
    held = read_directions(stated, columns)
    free = find_contradictions(values, happened, held, customers)
    kept = tuple(0 if position in free else direction for position, direction in enumerate(held))
    said = (f"set free: {columns[position]} (the data contradict the catalog's direction)" for position in free)
    return kept, tuple(said)
