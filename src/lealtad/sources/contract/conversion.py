"""Converting columns to their contract types; unreadable values become null, and a rule rejects them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.contract.outcomes import translate_words
from lealtad.sources.contract.tables import Kind
from lealtad.sources.contract.written_durations import UNITS, read_seconds
from lealtad.sources.contract.written_ids import fold_mail
from lealtad.sources.contract.written_numbers import read_numbers
from lealtad.sources.contract.written_times import convert_to_utc, read_instants

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.sources.contract.reading import Reading
    from lealtad.sources.contract.tables import Column

_ZERO_DATES = ("0000-00-00", "0000-00-00 00:00:00", "00/00/0000")
# Texts that systems write for missing values. "NA" is one of them, so the code of Namibia is mapped first.
NOTHING = ("", "?", "-", "N/A", "n/a", "#N/A", "NA", "null", "NULL", "None", "NaN", "nan", "NaT", *_ZERO_DATES)
OF_PEOPLE = ("customer_id", "alias")
OPEN_ENDED_FROM = datetime(2101, 1, 1, tzinfo=UTC)
NO_TIME_BEFORE = datetime(1900, 1, 2, tzinfo=UTC)
_NO_END_YEARS = (2099, 2100)
EXACT = 2.0**53  # above this, floats cannot represent all whole numbers
_TRUE, _FALSE = ("true", "t", "yes", "y", "1", "sí", "si"), ("false", "f", "no", "n", "0")
_TIMES = {
    "iso": "a date or time such as 2026-01-31 or 2026-01-31T09:30:00; 31/01/2026 is read with dates = "
    '"day first", a number with "excel serial", "epoch seconds", "epoch milliseconds" or "epoch microseconds"',
    "day first": "a date or time such as 31/01/2026 or 31/01/2026 09:30",
    "month first": "a date or time such as 01/31/2026 or 01/31/2026 9:30 AM",
}
_NUMBERS = {
    None: 'such as 1234.5, without a currency; 1.234,5 is read with decimal = ","',
    ".": "such as 1234.5 or 1,234.5, without a currency",
    ",": "such as 1234,5 or 1.234,5, without a currency",
}


def convert_column(column: Column, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    """Express the column in its contract's type and under its name, read from a column of `dtype`.

    Null if the cell is empty or unreadable. Also null if an open-ended column holds a time that systems use for
    "none", such as 9999-12-31 or 1900-01-01.
    """
    value = _read_value(column, dtype, reading)
    if column.words:
        value = translate_words(value, column.words)
    shown = pl.when(~means_no_end(value)).then(value) if column.open_ended else value
    return shown.alias(column.name)


def means_no_end(value: pl.Expr) -> pl.Expr:
    """Express that a time is one that systems use for "none": 9999, 2999, 2099-12-31, 1900, 0001.

    Examples
    --------
    >>> from datetime import date
    >>> days = pl.Series("at", [date(9999, 12, 31), date(2099, 12, 31), date(2030, 12, 31)])
    >>> days.to_frame().select(means_no_end(pl.col("at").cast(INSTANT)))["at"].to_list()
    [True, True, False]
    """
    # the time zone may have shifted the day
    last_days = pl.any_horizontal(
        value.is_between(datetime(year, 12, 30, 9, tzinfo=UTC), datetime(year + 1, 1, 1, 14, tzinfo=UTC))
        for year in _NO_END_YEARS
    )
    return (value >= OPEN_ENDED_FROM) | (value < NO_TIME_BEFORE) | last_days


def is_readable(column: Column, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    """Express that a cell is empty or readable."""
    return _is_empty(pl.col(column.name), dtype) | _read_value(column, dtype, reading).is_not_null()


def describe_kind(kind: Kind, reading: Reading) -> str:
    """Describe the required format of a value, and the key of the section that changes it."""
    if kind is Kind.INSTANT:
        return _TIMES.get(reading.dates, f'a date or time as dates = "{reading.dates}" says')
    if kind in (Kind.NUMBER, Kind.COUNT):
        return f"{kind.sentence} {_NUMBERS[reading.decimal]}"
    return kind.sentence


def _read_value(column: Column, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    value = pl.col(column.name)
    if dtype == pl.Null or dtype.is_nested():
        return pl.lit(None, column.kind.dtype)
    if column.kind is Kind.DURATION:
        return _read_duration(value, dtype, dict(reading.units).get(column.name, "seconds"), reading)
    if isinstance(dtype, pl.Duration):  # a duration is not a time, number, flag or id
        return pl.lit(None, column.kind.dtype)
    typed = _READERS[column.kind](value, dtype, reading)
    return fold_mail(typed) if column.name in OF_PEOPLE else typed


def _is_empty(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype == pl.String:
        return value.is_null() | value.str.strip_chars().is_in(NOTHING)
    return value.is_null() | value.is_nan() if dtype.is_float() else value.is_null()


def _drop_empty(value: pl.Expr) -> pl.Expr:
    stripped = value.str.strip_chars()
    return pl.when(~stripped.is_in(NOTHING)).then(stripped)


def _read_text(value: pl.Expr, dtype: pl.DataType, _reading: Reading) -> pl.Expr:
    if dtype.is_float():  # spreadsheets and pandas write the id 17850 as 17850.0
        whole = value.cast(pl.Int64, strict=False)
        text = pl.when(whole == value).then(whole.cast(pl.String)).otherwise(value.cast(pl.String))
        return pl.when(value.is_not_nan() & (value.abs() < EXACT)).then(text)
    return _drop_empty(value.cast(pl.String, strict=False))


def _read_number(value: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    if dtype == pl.String:
        number = read_numbers(_drop_empty(value), reading.decimal, reading.symbols)
    elif dtype.is_numeric():
        number = value.cast(pl.Float64, strict=False)
    else:
        return pl.lit(None, pl.Float64)
    return pl.when(number.is_finite()).then(number)


def _read_count(value: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    number = _read_number(value, dtype, reading)
    return pl.when(number == number.floor()).then(number.cast(pl.Int64, strict=False))


def _read_duration(value: pl.Expr, dtype: pl.DataType, unit: str, reading: Reading) -> pl.Expr:
    if isinstance(dtype, pl.Duration):
        length = value.dt.total_microseconds() / 1e6
    elif isinstance(dtype, pl.Time):
        length = value.cast(pl.Int64) / 1e9
    elif dtype == pl.String:
        length = read_seconds(_drop_empty(value), unit, reading.decimal)
    elif dtype.is_numeric():
        length = value.cast(pl.Float64, strict=False) * UNITS.get(unit, 1.0)
    else:
        return pl.lit(None, pl.Float64)
    return pl.when(length.is_finite()).then(length)


def _read_flag(value: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    if dtype == pl.Boolean:
        return value
    word = _read_text(value, dtype, reading).str.to_lowercase()
    return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)


def _read_instant(value: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        return value.cast(INSTANT) if dtype.time_zone else convert_to_utc(value, reading.zone)
    if dtype == pl.Date:
        return convert_to_utc(value, reading.zone)
    if dtype != pl.String and not dtype.is_numeric():
        return pl.lit(None, INSTANT)
    text = _read_text(value, dtype, reading)
    return text.map_batches(lambda texts: read_instants(texts, reading), return_dtype=INSTANT, is_elementwise=True)


_READERS: dict[Kind, Callable[[pl.Expr, pl.DataType, Reading], pl.Expr]] = {
    Kind.TEXT: _read_text,
    Kind.INSTANT: _read_instant,
    Kind.NUMBER: _read_number,
    Kind.COUNT: _read_count,
    Kind.FLAG: _read_flag,
}
