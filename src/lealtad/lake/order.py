"""The order of rows in the lake: by customer, then by when they were known."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEYS = {table.name: table.key for table in STORED}
VERSIONED = {*KEYS, "identities"}  # tables whose rows may be corrected; all others are derived from them


def list_sort_columns(name: str, columns: list[str]) -> list[str]:
    """Return the columns that a table's rows are sorted by."""
    order = ["customer_id", "known_at", "as_of", *KEYS.get(name, ())]
    return [column for column in dict.fromkeys(order) if column in columns]


def sort_rows(name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows sorted, nulls first; versions of one key known at one time keep the order of loading."""
    order = list_sort_columns(name, rows.columns)
    if not order or is_sorted(rows, order):
        return rows
    if "customer_id" not in order:
        return rows.sort(order, maintain_order=True)
    # numbers sort several times faster than texts, and few rows then tie
    quick = list(takewhile(lambda column: column == "customer_id" or rows.schema[column].is_temporal(), order))
    numbers = [_convert_to_numbers(rows[column]) for column in quick]
    places = np.lexsort(numbers[::-1])
    return rows[places if quick == order else _sort_ties(places, numbers, rows, order)]


def _sort_ties(
    places: NDArray[np.int64], numbers: list[NDArray[np.int64]], rows: pl.DataFrame, order: list[str]
) -> NDArray[np.int64]:
    """Sort rows that tie in the first columns by the remaining columns."""
    agree = np.all([values[places[1:]] == values[places[:-1]] for values in numbers], axis=0)
    tied = np.flatnonzero(np.append(agree, False) | np.insert(agree, 0, False))
    if not tied.size:
        return places
    ties = rows[places[tied]].with_columns(pl.Series("_at", places[tied]))
    settled = places.copy()
    settled[tied] = ties.sort(order, maintain_order=True)["_at"].to_numpy()
    return settled


def _convert_to_numbers(values: pl.Series) -> NDArray[np.int64]:
    """Return numbers that sort like the values, nulls first."""
    if values.dtype.is_temporal():
        return values.to_physical().cast(pl.Int64).fill_null(np.iinfo(np.int64).min).to_numpy()
    numbers = pl.DataFrame({"value": values.unique().sort()}).with_row_index("number")
    numbered = pl.DataFrame({"value": values}).join(
        numbers, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    return numbered["number"].cast(pl.Int64).to_numpy()


def is_sorted(rows: pl.DataFrame, order: list[str]) -> bool:
    """Return whether the rows are already sorted, nulls first; this is far cheaper than sorting them.

    Each column is compared only for neighbours that are equal in all earlier columns. A customer's rows are mostly
    together, so the first column has few runs to compare.

    Parameters
    ----------
    order
        Columns of the rows, the most important first.

    Examples
    --------
    >>> rows = pl.DataFrame({"customer_id": ["a", "a", "b"], "amount": [None, 2, 1]})
    >>> is_sorted(rows, ["customer_id", "amount"]), is_sorted(rows, ["amount"])
    (True, False)
    """
    runs = rows[order[0]].rle().struct.unnest()
    if not runs["value"].is_sorted():
        return False
    starts = runs["len"].cum_sum().to_numpy()[:-1]
    places = np.delete(np.arange(rows.height), np.append(0, starts)) if rows.height else np.arange(0)
    for column in order[1:]:
        before, here = _find_neighbours(rows[column], places)
        if (before > here).any():
            return False
        places = places[(before == here).to_numpy()]
    return True


def _find_neighbours(values: pl.Series, places: NDArray[np.int64]) -> tuple[pl.Series, pl.Series]:
    """Return the values before each position and at it; null is the smallest value."""
    values = values.rechunk()
    if values.dtype.is_temporal():
        values = values.to_physical().cast(pl.Int64).fill_null(np.iinfo(np.int64).min)
    elif values.null_count():
        values = values.rank("dense").cast(pl.Int64).fill_null(-1)
    return values.gather(places - 1), values.gather(places)
