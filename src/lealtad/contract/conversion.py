"""Bring a column into its contract type; what cannot be brought becomes null, for a rule to reject."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.tables import INSTANT, Kind

if TYPE_CHECKING:
    from lealtad.contract.reading import Reading
    from lealtad.contract.tables import Column

# Tried in this order; the first that reads a value wins. All are ISO 8601 or its usual database spelling.
_FORMATS_WITH_ZONE = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f%#z")
_FORMATS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M")
_TRUE, _FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")


def converted(column: Column, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    """Express the column in its contract's type, read from a column of `dtype`.

    A time without a zone is taken to be in that of `reading`; of a time that daylight saving makes
    ambiguous the earlier instant is meant, one that it skips is unreadable.
    """
    value = pl.col(column.name)
    if dtype == pl.Null:
        return value.cast(column.kind.dtype)
    reader = {
        Kind.TEXT: _text,
        Kind.INSTANT: _instant,
        Kind.NUMBER: _number,
        Kind.COUNT: _count,
        Kind.FLAG: _flag,
    }[column.kind]
    return reader(value, dtype, reading)


def _blank_to_null(value: pl.Expr) -> pl.Expr:
    stripped = value.str.strip_chars()
    return pl.when(stripped != "").then(stripped)


def _text(value: pl.Expr, dtype: pl.DataType, _reading: Reading) -> pl.Expr:
    if dtype.is_float():  # 17850.0 is the id 17850, as spreadsheets and pandas write it
        whole = value.cast(pl.Int64, strict=False)
        return pl.when(whole == value).then(whole.cast(pl.String)).otherwise(value.cast(pl.String))
    return _blank_to_null(value.cast(pl.String, strict=False))


def _number(value: pl.Expr, dtype: pl.DataType, _reading: Reading) -> pl.Expr:
    text = _blank_to_null(value) if dtype == pl.String else value
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def _count(value: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    number = _number(value, dtype, reading)
    return pl.when(number == number.floor()).then(number.cast(pl.Int64, strict=False))


def _flag(value: pl.Expr, dtype: pl.DataType, _reading: Reading) -> pl.Expr:
    if dtype == pl.Boolean:
        return value
    word = value.cast(pl.String, strict=False).str.strip_chars().str.to_lowercase()
    return pl.when(word.is_in(_TRUE)).then(True).when(word.is_in(_FALSE)).then(False)


def _instant(value: pl.Expr, dtype: pl.DataType, reading: Reading) -> pl.Expr:
    zone = reading.zone
    if isinstance(dtype, pl.Datetime):
        return value.cast(INSTANT) if dtype.time_zone else _from_zone(value, zone)
    if dtype == pl.Date:
        return _from_zone(value.cast(pl.Datetime("us")), zone)
    if dtype != pl.String:
        return pl.lit(None, INSTANT)
    text = _blank_to_null(value)
    zoned = [
        text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False) for form in _FORMATS_WITH_ZONE
    ]
    naive = [text.str.to_datetime(form, time_unit="us", strict=False) for form in _FORMATS]
    day = text.str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    return pl.coalesce(*zoned, *(_from_zone(time, zone) for time in (*naive, day)))


def _from_zone(naive: pl.Expr, zone: str) -> pl.Expr:
    local = naive.cast(pl.Datetime("us")).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return local.dt.convert_time_zone("UTC")
