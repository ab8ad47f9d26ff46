"""How a column of text writes its times: ISO, day first, month first, or after a pattern of its own."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_ENOUGH = 0.95
_TIME = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?$"
_ISO = r"^\d{4}-\d{2}-\d{2}" + _TIME
_NUMBERED = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})" + _TIME
_MONTHS = 12
# patterns of their own that need no guess: the year stands first, or the month has a name
_PATTERNS = (
    (r"^\d{4}/\d{2}/\d{2}$", "%Y/%m/%d"),
    (r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}$", "%Y/%m/%d %H:%M:%S"),
    (r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}$", "%Y/%m/%d %H:%M"),
    (r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$", "%Y%m%d"),
    (r"^\d{1,2} [A-Z][a-z]{2} \d{4}$", "%d %b %Y"),
    (r"^\d{1,2}-[A-Z][a-z]{2}-\d{4}$", "%d-%b-%Y"),
    (r"^[A-Z][a-z]{2} \d{1,2}, \d{4}$", "%b %d, %Y"),
)


@dataclass(frozen=True)
class DateOrder:
    """How times are written.

    Attributes
    ----------
    dates
        What the settings call it: "iso", "day first", "month first" or a pattern; "" where days and months
        can be told apart in no value, so that a person must say.
    timed
        Whether any value says a time of day.
    """

    dates: str
    timed: bool


def date_order(seen: pl.Series, typed: pl.DataType) -> DateOrder | None:
    """Tell how the different values of a column write times; None if they are none.

    Examples
    --------
    >>> date_order(pl.Series(["03/04/2024", "25/04/2024 10:15"]), pl.String())
    DateOrder(dates='day first', timed=True)
    >>> date_order(pl.Series(["03/04/2024"]), pl.String()).dates
    ''
    """
    if isinstance(typed, pl.Datetime) or typed == pl.Date:
        return DateOrder("iso", typed != pl.Date)
    if typed != pl.String or seen.is_empty():
        return None
    timed = bool(seen.str.contains(r"\d:\d{2}").any())
    if _share(seen, _ISO) >= _ENOUGH:
        return DateOrder("iso", timed)
    if _share(seen, _NUMBERED) >= _ENOUGH:
        return DateOrder(_which_first(seen), timed)
    pattern = next((written for form, written in _PATTERNS if _share(seen, form) >= _ENOUGH), None)
    return DateOrder(pattern, timed) if pattern else None


def _share(seen: pl.Series, form: str) -> float:
    share = seen.str.contains(form).mean()
    return float(share) if isinstance(share, float) else 0.0


def _which_first(seen: pl.Series) -> str:
    first = seen.str.extract(_NUMBERED, 1).cast(pl.Int32) > _MONTHS
    second = seen.str.extract(_NUMBERED, 2).cast(pl.Int32) > _MONTHS
    if first.any() and not second.any():
        return "day first"
    return "month first" if second.any() and not first.any() else ""
