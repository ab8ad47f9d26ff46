"""Files of similar names whose numbers or dates are written in different ways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.recognition.columns.dates import detect_date_format
from lealtad.sources.recognition.columns.numbers import detect_number_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.tables.file_samples import TableSample

_ROWS = 200  # show how a file is written


def are_written_alike(samples: Sequence[TableSample]) -> bool:
    """Whether one section can read some files: no column has a decimal comma in one and a point in the other.

    The same holds for days and months. Columns that could be either decide nothing.
    """
    frames = [sample.rows.head(_ROWS) for sample in samples]
    texts = [name for name, kind in frames[0].schema.items() if kind == pl.String and name != SOURCE_TEXT]
    return all(len({mark for frame in frames if (mark := _find_mark(frame[name]))}) <= 1 for name in texts)


def _find_mark(cells: pl.Series) -> str:
    """Return the decimal mark of a column, or the format of its dates; empty if its cells show neither."""
    filled = cells.str.strip_chars().drop_nulls()
    uniques = filled.filter(filled != "").unique()
    if dates := detect_date_format(uniques, pl.String()):
        return dates.setting
    numbers = detect_number_format(uniques)
    if numbers is None:
        return ""
    return "," if numbers.decimal == "," else "." * numbers.point
