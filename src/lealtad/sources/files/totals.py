"""Total rows of a report, in the middle or at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# the words with which total rows begin, by language
TOTAL = r"(?i)^\W*(?:sub ?-?|gran |grand )?(?:total|totales|totals|totais|suma|sum|resumen|summary)\b"


def drop_totals(frames: Iterable[pl.DataFrame], column: str | None) -> Iterator[pl.DataFrame]:
    """Drop the rows whose cell in a column begins with a word such as Total or Subtotal.

    Parameters
    ----------
    frames
        The rows of one file in order, in batches of any height.
    column
        The column; None drops nothing.

    Raises
    ------
    Unreadable
        If there is no such column.

    Examples
    --------
    >>> import polars as pl
    >>> frame = pl.DataFrame({"Fecha": ["05/01/2024", "Subtotal enero"], "Importe": ["9,50", "9,50"]})
    >>> [frame["Importe"].len() for frame in drop_totals([frame], "Fecha")]
    [1]
    """
    for frame in frames:
        if column is None:
            yield frame
            continue
        if column not in frame.columns:
            raise Unreadable(
                expected=f"a column '{column}', which `skip_totals` names",
                found=f"none among {frame.width}",
                fix="Correct skip_totals in lealtad.toml.",
            )
        names = [name for name in (column, SOURCE_TEXT) if name in frame.columns]
        totals = [pl.col(name).cast(pl.String, strict=False).str.contains(TOTAL) for name in names]
        yield frame.filter(~pl.any_horizontal(total.fill_null(value=False) for total in totals))
