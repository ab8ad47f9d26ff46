"""The date format of a column of text: ISO, day first, month first, or a pattern of its own."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from lealtad.sources.contract.reading import ISO
from lealtad.sources.contract.written_times import read_instants
from lealtad.sources.recognition.columns.names import read_ideas

_ENOUGH = 0.95
_ZONE = r"(?:Z|[A-Z]{3,4}|(?:UTC|GMT)? ?[+-]\d{1,2}(?::?\d{2})?)"
_TIME = rf"(?:[T, ]+\d{{1,2}}:\d{{2}}(?::\d{{2}}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?\s*[Mm]\.?)?\s*{_ZONE}?\s*h?)?$"
_ISO = r"^\d{4}-\d{2}-\d{2}" + _TIME
_NUMBERED = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})" + _TIME
_MONTHS = 12
_SOME, _A_FEW = 1_000, 3
_THIS_CENTURY = (10, 40)  # years of two digits that exports are of
_COUNTS = {
    "epoch seconds": (631_152_000, 4_102_444_800),
    "epoch milliseconds": (631_152_000_000, 4_102_444_800_000),
    "excel serial": (32_874, 73_050),
}
# patterns of their own that need no guess: the year stands first
_PATTERNS = (
    (r"^\d{4}/\d{2}/\d{2}$", "%Y/%m/%d"),
    (r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}$", "%Y/%m/%d %H:%M:%S"),
    (r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}$", "%Y/%m/%d %H:%M"),
    (r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$", "%Y%m%d"),
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


def detect_date_order(  # noqa: C901, PLR0911 - one way of writing after the other
    uniques: pl.Series, typed: pl.DataType, name: str = ""
) -> DateOrder | None:
    """Tell how the different values of a column write times; None if they are none.

    Parameters
    ----------
    name
        What the column is called: numbers are times, counted from a day zero, only where it says so.

    Examples
    --------
    >>> detect_date_order(pl.Series(["03/04/2024", "25/04/2024 10:15"]), pl.String())
    DateOrder(dates='day first', timed=True)
    >>> detect_date_order(pl.Series(["03/04/2024"]), pl.String()).dates
    ''
    """
    if isinstance(typed, pl.Datetime) or typed == pl.Date:
        return DateOrder("iso", typed != pl.Date)
    if uniques.is_empty() or (typed != pl.String and not typed.is_integer()):
        return None
    if _measure_share(uniques, r"^\d{5}(?:[.,]\d+)?$|^\d{10}(?:\.\d+)?$|^\d{13}$") >= _ENOUGH:
        return _detect_counted_time(uniques, name)
    if typed != pl.String:
        return None
    timed = bool(uniques.str.contains(r"\d:\d{2}").any())
    if _measure_share(uniques, _ISO) >= _ENOUGH:
        return DateOrder("iso", timed)
    if _measure_share(uniques, _NUMBERED) >= _ENOUGH:
        return DateOrder(_detect_first_part(uniques), timed)
    pattern = next((written for form, written in _PATTERNS if _measure_share(uniques, form) >= _ENOUGH), None)
    if pattern:
        return DateOrder(pattern, timed)
    # what a load reads whatever is declared, such as months by their names, needs no declaration
    some = uniques.head(_SOME)
    if _measure_share(some, r"\d") >= _ENOUGH and _measure_share(some, r"[\p{L}:/ -]") >= _ENOUGH:
        read = read_instants(some, ISO).is_not_null().mean()
        return DateOrder("iso", timed) if isinstance(read, float) and read >= _ENOUGH else None
    return None


def _detect_counted_time(uniques: pl.Series, name: str) -> DateOrder | None:
    """Tell how numbers count time: seconds or milliseconds since 1970, or days as a spreadsheet does."""
    if not {"at", "created", "updated", "solved", "start", "end", "sent", "reply"} & read_ideas(name):
        return None
    count = uniques.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    for dates, (first, last) in _COUNTS.items():
        fitting = count.is_between(first, last).mean()
        if isinstance(fitting, float) and fitting >= _ENOUGH:
            return DateOrder(dates, timed=True)
    return None


def _measure_share(uniques: pl.Series, form: str) -> float:
    share = uniques.str.contains(form).mean()
    return float(share) if isinstance(share, float) else 0.0


def _detect_first_part(uniques: pl.Series) -> str:
    parts = [uniques.str.extract(_NUMBERED, place).cast(pl.Int32) for place in (1, 2, 3)]
    first, second = ((part > _MONTHS).any() for part in parts[:2])
    if _year_may_be_first(parts):
        return "%y/%m/%d" if _measure_share(uniques, r"^\d{2}/\d{2}/\d{2}$") >= _ENOUGH and not second else ""
    if first and not second:
        return "day first"
    return "month first" if second and not first else ""


def _year_may_be_first(parts: list[pl.Series]) -> bool:
    """Whether 24/01/31 is rather the year 24 than the day 24: its first part hardly varies, and its last does."""
    first, last = parts[0].drop_nulls(), parts[2].drop_nulls()
    years = _THIS_CENTURY[0] <= (first.min() or 0) and (first.max() or 0) <= _THIS_CENTURY[1]  # type: ignore[operator]
    days = (last.max() or 0) <= 31 and (last.min() or 0) >= 1  # type: ignore[operator]  # noqa: PLR2004
    return bool(years and days and first.n_unique() <= last.n_unique() and last.n_unique() > _A_FEW)
