"""The date format of a column of text: ISO, day first, month first, or a pattern of its own."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from lealtad.sources.contract.reading import ISO
from lealtad.sources.contract.written_times import read_instants
from lealtad.sources.recognition.columns.names import read_ideas

_ENOUGH = 0.95
_ZONE = r"(?:Z|[A-Z]{3,4}|(?:UTC|GMT)? ?[+-]\d{1,2}(?::?\d{2})?)"
_TIME = rf"(?:[T, ]+\d{{1,2}}[:.]\d{{2}}(?:[:.]\d{{2}}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?\s*[Mm]\.?)?\s*{_ZONE}?\s*h?)?$"
_ISO = r"^\d{4}-\d{2}-\d{2}" + _TIME
_NUMBERED = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})" + _TIME
_MONTHS = 12
_SOME, _A_FEW = 1_000, 3
_THIS_CENTURY = (10, 40)  # two-digit years that an export can be from
_COUNTS = {
    "epoch seconds": (631_152_000, 4_102_444_800),
    "epoch milliseconds": (631_152_000_000, 4_102_444_800_000),
    "epoch microseconds": (631_152_000_000_000, 4_102_444_800_000_000),
    "excel serial": (32_874, 73_050),
}
# patterns that leave no doubt: the year stands first
_PATTERNS = (
    (r"^\d{4}/\d{2}/\d{2}$", "%Y/%m/%d"),
    (r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2}$", "%Y/%m/%d %H:%M:%S"),
    (r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}$", "%Y/%m/%d %H:%M"),
    (r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])$", "%Y%m%d"),
    (r"^(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])([01]\d|2[0-3])([0-5]\d){2}$", "%Y%m%d%H%M%S"),
)


@dataclass(frozen=True)
class DateFormat:
    """How a column writes its times.

    Attributes
    ----------
    setting
        The value of the settings' key `dates`: "iso", "day first", "month first" or a pattern. It is "" where no
        value distinguishes days from months, so that a person must say.
    timed
        Whether any value states a time of day.
    """

    setting: str
    timed: bool


def detect_date_format(  # noqa: C901, PLR0911 - one format after the other
    uniques: pl.Series, typed: pl.DataType, name: str = ""
) -> DateFormat | None:
    """Detect the date format of a column; None if its values are not times.

    Parameters
    ----------
    uniques
        The different values of the column, as text.
    typed
        The type that the file or database gives the column.
    name
        The header of the column. Numbers count as times, such as seconds since 1970, only if it is about a time.

    Returns
    -------
    The format that at least 95 % of the values follow.

    Examples
    --------
    >>> detect_date_format(pl.Series(["03/04/2024", "25/04/2024 10:15"]), pl.String())
    DateFormat(setting='day first', timed=True)
    >>> detect_date_format(pl.Series(["03/04/2024"]), pl.String()).setting
    ''
    """
    if isinstance(typed, pl.Datetime) or typed == pl.Date:
        return DateFormat("iso", typed != pl.Date)
    if uniques.is_empty() or (typed != pl.String and not typed.is_integer()):
        return None
    if _measure_share(uniques, r"^\d{5}(?:[.,]\d+)?$|^\d{10}(?:\.\d+)?$|^\d{13}$|^\d{16}$") >= _ENOUGH:
        return _detect_counted_time(uniques, name)
    if typed != pl.String:
        return None
    timed = bool(uniques.str.contains(r"\d:\d{2}|[T ]\d{1,2}\.\d{2}").any())
    if _measure_share(uniques, _ISO) >= _ENOUGH:
        return DateFormat("iso", timed)
    if _measure_share(uniques, _NUMBERED) >= _ENOUGH:
        return DateFormat(_detect_first_part(uniques), timed)
    pattern = next((written for form, written in _PATTERNS if _measure_share(uniques, form) >= _ENOUGH), None)
    if pattern:
        return DateFormat(pattern, timed)
    # a load reads some formats whatever is declared, such as months by their names
    some = uniques.head(_SOME)
    if _measure_share(some, r"\d") >= _ENOUGH and _measure_share(some, r"[\p{L}:/ -]") >= _ENOUGH:
        read = read_instants(some, ISO).is_not_null().mean()
        return DateFormat("iso", timed) if isinstance(read, float) and read >= _ENOUGH else None
    return None


def _detect_counted_time(uniques: pl.Series, name: str) -> DateFormat | None:
    """Detect how numbers count time: seconds or milliseconds since 1970, or the days of a spreadsheet."""
    if not {"at", "created", "updated", "solved", "start", "end", "sent", "reply"} & read_ideas(name):
        return None
    count = uniques.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    for setting, (first, last) in _COUNTS.items():
        fitting = count.is_between(first, last).mean()
        if isinstance(fitting, float) and fitting >= _ENOUGH:
            return DateFormat(setting, timed=True)
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
    """Whether 24/01/31 means the year 24: the first part hardly varies, and the last one does."""
    first, last = parts[0].drop_nulls(), parts[2].drop_nulls()
    years = _THIS_CENTURY[0] <= (first.min() or 0) and (first.max() or 0) <= _THIS_CENTURY[1]  # type: ignore[operator]
    days = (last.max() or 0) <= 31 and (last.min() or 0) >= 1  # type: ignore[operator]  # noqa: PLR2004
    return bool(years and days and first.n_unique() <= last.n_unique() and last.n_unique() > _A_FEW)
