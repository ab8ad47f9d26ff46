"""Training examples of a lake, and notes about dropped columns and directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import polars.selectors as cs

from lealtad.learning.dropped_columns import list_dropped
from lealtad.learning.learners import DEFAULT, Examples
from lealtad.learning.search import find_contradictions, read_directions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.examples.dataset import Dataset
    from lealtad.examples.features import Feature
    from lealtad.learning.learners import AnyLearner

_DIRECTION = {"rises": 1, "falls": -1}


def build_examples(
    past: Dataset, definition: ModelDefinition, catalog: Sequence[Feature], learner: AnyLearner = DEFAULT
) -> tuple[Examples, tuple[str, ...]]:
    """Return what models learn from, and a note about directions of risk that the data contradict.

    A learner that cannot keep directions gets none.
    """
    values, happened = past.X.to_numpy(dtype=np.float64), np.asarray(past.y, dtype=np.float64)
    stated = catalog if definition.constraints.catalog and learner.takes_directions else ()
    directions, notes = choose_directions(stated, past.features, values, happened, past.customers)
    weight = None if (past.weight == 1).all() else past.weight
    return Examples(values, happened, directions=directions, weight=weight, columns=tuple(past.features)), notes


def select_readable(past: Dataset, later: Dataset) -> tuple[Dataset, Dataset, tuple[str, ...]]:
    """Drop columns that are constant in the training rows, and treat infinite values as missing.

    Returns
    -------
    Both parts with the same columns, and notes about columns that were left out or changed.
    """
    columns = past.rows.select(past.features)
    nulls = columns.select(pl.all().null_count()).row(0, named=True)
    values = columns.select(pl.all().n_unique()).row(0, named=True)
    dropped = {
        name: "all null" if nulls[name] == past.rows.height else "constant"
        for name in past.features
        if values[name] == 1
    }
    infinite = columns.select(cs.float().is_infinite().sum()).row(0, named=True)
    notes = list(list_dropped(dropped))
    notes += [f"taken as missing: {name} ({count} infinite)" for name, count in infinite.items() if count]
    past, later = (_replace_infinite(part.without(list(dropped))) for part in (past, later))
    return past, later, tuple(notes)


def _replace_infinite(part: Dataset) -> Dataset:
    floats = cs.by_name(part.features) & cs.float()
    return type(part)(part.rows.with_columns(pl.when(floats.is_finite()).then(floats)))


def choose_directions(
    catalog: Sequence[Feature],
    columns: Sequence[str],
    values: NDArray[np.float64],
    happened: NDArray[np.float64],
    customers: NDArray[Any],
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Return the direction of each column from the catalog, and a note about dropped directions.

    A direction that the rows clearly contradict is dropped; see `find_contradictions`.
    """
    stated = {
        column: _DIRECTION[feature.risk]
        for feature in catalog
        if feature.risk
        for column in feature.columns
        if column in columns
    }
    directions = read_directions(stated, columns)
    free = find_contradictions(values, happened, directions, customers)
    bound = tuple(0 if position in free else direction for position, direction in enumerate(directions))
    names = ", ".join(columns[position] for position in free)
    return bound, (f"set free: {names} (the data contradict the catalog's direction)",) if free else ()
