"""What the values of a column look like: how times and numbers are written, yes and no, few or many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.date_order import date_order

if TYPE_CHECKING:
    from lealtad.sources.recognition.date_order import DateOrder

MISSING = ("", "?", "-", "n/a", "na", "null", "none", "nan", "nat", "\\n")
_ENOUGH = 0.95  # of the values must look like a kind for the column to be of it
_POINT = r"^[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][-+]?\d+)?$"
_COMMA = r"^[-+]?(\d+|\d{1,3}(\.\d{3})+)(,\d+)?$"
_YES_NO = {"true", "false", "t", "f", "yes", "no", "y", "n", "si", "sí", "s", "1", "0", "verdadero", "falso"}
_MAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
_PHONE = r"^\+?\d[\d\s().-]{7,}\d$"
_FREE_TEXT_CHARACTERS = 40
_CATEGORY_VALUES = 40


@dataclass(frozen=True)
class Content:
    """What a sample of one column holds; no value of it, but of columns with few different ones.

    Attributes
    ----------
    share_missing, share_distinct
        Of the rows; different values over rows that have one.
    dates
        How its times are written; None where it holds none.
    decimal
        "," where its numbers need to be read with a decimal comma, "." where the comma parts thousands, "" for
        plain ones; None where it holds none.
    zoned
        Whether its times say their zone.
    text
        Whether the file or database keeps it as text.
    values
        Its different values, commonest first, where they are few; for value mappings.
    """

    name: str
    rows: int
    share_missing: float
    share_distinct: float
    distinct: int
    dates: DateOrder | None
    decimal: str | None
    flag: bool
    zoned: bool
    personal: bool
    wordy: bool
    text: bool
    values: tuple[str, ...]
    least: float | None
    most: float | None

    @property
    def empty(self) -> bool:
        """Whether the sample holds no value at all."""
        return self.distinct == 0


def content_of(values: pl.Series) -> Content:
    """Look at one column of a sample, as text or as its file types it."""
    typed = values.dtype
    text = values.cast(pl.String, strict=False).str.strip_chars()
    given = text.filter(~text.str.to_lowercase().is_in(MISSING).fill_null(value=True))
    counts = given.value_counts(sort=True)
    distinct = counts.height
    seen = counts.to_series(0)
    decimal = _decimal(seen, typed)
    least, most = _bounds(given, decimal)
    few = distinct <= _CATEGORY_VALUES and not typed.is_temporal()
    return Content(
        name=values.name,
        rows=values.len(),
        share_missing=1 - given.len() / max(values.len(), 1),
        share_distinct=distinct / max(given.len(), 1),
        distinct=distinct,
        dates=date_order(seen, typed),
        decimal=decimal,
        flag=typed == pl.Boolean or (distinct > 0 and {value.lower() for value in seen.head(5)} <= _YES_NO),
        zoned=_zoned(seen, typed),
        personal=_looks(seen, _MAIL) or (decimal is None and _looks(seen, _PHONE)),
        wordy=_wordy(seen),
        text=typed == pl.String,
        values=tuple(seen) if few else (),
        least=least,
        most=most,
    )


def _looks(seen: pl.Series, pattern: str) -> bool:
    return seen.len() > 0 and int(seen.str.contains(pattern).sum()) >= _ENOUGH * seen.len()


def _decimal(seen: pl.Series, typed: pl.DataType) -> str | None:
    """Return the decimal mark that must be known to read (nearly) all values."""
    if typed.is_numeric():
        return ""
    if typed != pl.String or seen.is_empty():
        return None
    comma, point = _looks(seen, _COMMA), _looks(seen, _POINT)
    # 1.234,5 and 3,50 show a comma; 1,234.5 and 3.50 a point; 1,234 and 1.234 alone may be either
    shows_comma = seen.str.contains(r",\d{1,2}$|,\d{4,}$|\.\d{3},").any()
    shows_point = seen.str.contains(r"\.\d{1,2}$|\.\d{4,}$|,\d{3}\.").any()
    if comma and shows_comma and not shows_point:
        return ","
    if point:
        return "." if seen.str.contains(",", literal=True).any() else ""
    return "," if comma else None


def _bounds(given: pl.Series, decimal: str | None) -> tuple[float | None, float | None]:
    if decimal is None or given.is_empty():
        return None, None
    plain = given.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    numbers = (plain if decimal == "," else given.str.replace_all(",", "", literal=True)).cast(
        pl.Float64, strict=False
    )
    least, most = numbers.min(), numbers.max()
    return (float(least), float(most)) if isinstance(least, float) and isinstance(most, float) else (None, None)


def _zoned(seen: pl.Series, typed: pl.DataType) -> bool:
    if isinstance(typed, pl.Datetime):
        return typed.time_zone is not None
    return typed == pl.String and _looks(seen, r"\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$")


def _wordy(seen: pl.Series) -> bool:
    return seen.len() > 0 and int(seen.str.len_chars().sum()) > _FREE_TEXT_CHARACTERS * seen.len()
