"""The column in which a report says that a row adds up others."""

from __future__ import annotations

import polars as pl

from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files.totals import TOTAL

_MOST = 0.34  # of the rows of a report
_FULL = 0.98
_CENT = 0.011
_AMOUNT = r"^-?\(?\W{0,4}[\d.,' \u00a0]*\d[.,]?\d*\W{0,4}\)?$"


def find_totals_column(rows: pl.DataFrame) -> str | None:
    """Return the column whose cells mark total rows; None if there is none, or if it is not certain.

    Such a row lacks what all others have, or holds the sum of the rows since the one before.

    Parameters
    ----------
    rows
        The rows of a file, below its header.

    Examples
    --------
    >>> rows = pl.DataFrame({"Fecha": ["5/1", "6/1", "Subtotal"] * 2, "Id": ["A1", "A2", None] * 2})
    >>> find_totals_column(rows)
    'Fecha'
    """
    texts = [name for name, kind in rows.schema.items() if kind == pl.String and name != SOURCE_TEXT]
    for name in texts:
        is_total = rows[name].str.contains(TOTAL).fill_null(value=False)
        if not 0 < is_total.sum() <= _MOST * rows.height:
            continue
        if _lack_values(rows, is_total) or _hold_sums(rows, is_total, name):
            return name
    return None


def _lack_values(rows: pl.DataFrame, is_total: pl.Series) -> bool:
    """Whether none of the rows has what all others have, in half of the columns that these fill."""
    others, totals = rows.filter(~is_total), rows.filter(is_total)
    full = [name for name in rows.columns if _measure_filled(others[name]) >= _FULL]
    empty = [name for name in full if _measure_filled(totals[name]) == 0]
    return len(full) > 1 and 2 * len(empty) >= len(full) - 1 and bool(empty)


def _measure_filled(cells: pl.Series) -> float:
    if cells.is_empty():
        return 0.0
    if cells.dtype == pl.String:
        cells = cells.str.strip_chars().replace("", None)
    return 1 - cells.null_count() / cells.len()


def _hold_sums(rows: pl.DataFrame, is_total: pl.Series, marked: str) -> bool:
    """Whether each of the rows holds, in one column of numbers, the sum of the rows since the one before."""
    group = is_total.cast(pl.Int64).cum_sum() - is_total.cast(pl.Int64)
    for name in rows.columns:
        if name in {marked, SOURCE_TEXT}:
            continue
        for numbers in _read_numbers(rows[name]):
            sums = pl.DataFrame({"group": group, "total": is_total, "number": numbers})
            by_group = sums.group_by("group").agg(
                pl.col("number").filter(~pl.col("total")).sum().alias("parts"),
                pl.col("number").filter(pl.col("total")).sum().alias("whole"),
                pl.col("total").any().alias("ends"),
                pl.col("number").filter(~pl.col("total")).len().alias("rows"),
            )
            checked = by_group.filter(pl.col("ends") & (pl.col("rows") > 0))
            agree = (checked["parts"] - checked["whole"]).abs() < _CENT
            if checked.height and agree.all() and (checked["whole"] != 0).any() and (checked["rows"] > 1).any():
                return True
    return False


def _read_numbers(cells: pl.Series) -> list[pl.Series]:
    """Read a column as numbers, by either decimal mark; nothing if it holds others."""
    if cells.dtype.is_numeric():
        return [cells.cast(pl.Float64)]
    if cells.dtype != pl.String:
        return []
    filled = cells.drop_nulls().str.strip_chars()
    if not filled.len() or not filled.filter(filled != "").str.contains(_AMOUNT).all():
        return []
    bare = cells.str.replace_all(r"[^\d.,-]", "")
    point = bare.str.replace_all(",", "", literal=True)
    comma = bare.str.replace_all(".", "", literal=True).str.replace_all(",", ".", literal=True)
    return [text.cast(pl.Float64, strict=False).fill_null(0.0) for text in (point, comma)]
