"""What of a dataset trees can learn from, and what is said of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

if TYPE_CHECKING:
    from lealtad.examples.dataset import Dataset


def select_readable(past: Dataset, later: Dataset) -> tuple[Dataset, Dataset, tuple[str, ...]]:
    """Leave out columns in which the past does not differ, and take infinite values as missing.

    Returns
    -------
    Both parts with the same columns, and a line about each column that was left out or changed.
    """
    columns = past.rows.select(past.features)
    facts = columns.select(pl.all().null_count()).row(0, named=True)
    kinds = columns.select(pl.all().n_unique()).row(0, named=True)
    dropped = {
        name: "all null" if facts[name] == past.rows.height else "constant"
        for name in past.features
        if kinds[name] == 1
    }
    endless = columns.select(cs.float().is_infinite().sum()).row(0, named=True)
    notes = [f"left out: {name} ({why})" for name, why in dropped.items()]
    notes += [f"taken as missing: {name} ({count} infinite)" for name, count in endless.items() if count]
    kept = (_replace_infinite(part.without(list(dropped))) for part in (past, later))
    return next(kept), next(kept), tuple(notes)


def _replace_infinite(part: Dataset) -> Dataset:
    floats = cs.by_name(part.features) & cs.float()
    return type(part)(part.rows.with_columns(pl.when(floats.is_finite()).then(floats)))
