"""Reading times in text: ISO 8601 and its variants, declared orders of day and month, and epoch counts."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.contract.reading import to_polars_format
from lealtad.sources.contract.written_clocks import normalize_clocks
from lealtad.sources.contract.written_months import complete_year, replace_month_names

if TYPE_CHECKING:
    from lealtad.sources.contract.reading import Reading

# Each is tried on texts that earlier formats could not read, beginning with the format of the first text.
_FORMATS = (
    "%Y-%m-%dT%H:%M:%S%.f%#z",
    "%Y-%m-%d %H:%M:%S%.f%#z",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
)
_RARE_FORMATS = (
    "%Y-%m-%dT%H:%M%#z",
    "%Y-%m-%dT%I:%M:%S %p",
    "%Y-%m-%dT%I:%M %p",
    "%Y-%m-%dT%I:%M:%S %p%#z",
    "%Y-%m-%dT%I:%M %p%#z",
    "%G-W%V-%u",
)
_FIRST_TWO = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})\b"
_SHORT_YEAR = r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2})(?:$|[ T,])"
_IN_ORDER = {"day first": "$3-$2-$1", "month first": "$3-$1-$2"}
_AS_ISO = (
    (r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})\b", "$1-$2-$3"),
    (r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3"),
    (r"^(\d{4})-?W(\d{2})$", "$1-W$2-1"),
    (r" ?(?:UTC|GMT)$", "Z"),
    (r"^(\d{4}-\d{1,2}-\d{1,2})[T ,]+", "${1}T"),
)
# a serial is a fraction of a day, precise to a millisecond
_MILLISECONDS = {
    "epoch seconds": 1_000,
    "epoch milliseconds": 1,
    "epoch microseconds": 0.001,
    "excel serial": 86_400_000,
}
_A_DAY = timedelta(days=1)  # a day before a skipped time the clock was not put forward yet
_EXCEL_EPOCH = timedelta(days=25_569)  # from the end of 1899 to that of 1969


def read_instants(texts: pl.Series, reading: Reading) -> pl.Series:
    """Read texts as UTC instants; null if a text is not a time.

    A time without a zone is in the zone of `reading`. If daylight saving makes it ambiguous, the earlier instant
    is used; see `convert_to_utc` for skipped times. A week such as 2026-W05 is its Monday. Whatever order is
    declared, a text that begins with the year is read as ISO 8601, and a month's name by its name. A format of
    strptime accepts nothing else.

    Examples
    --------
    >>> from lealtad.sources.contract import Reading
    >>> read = read_instants(pl.Series(["31/1/2026 9:05", "2026-W05"]), Reading(dates="day first"))
    >>> read.dt.to_string("%F %R").to_list()
    ['2026-01-31 09:05', '2026-01-26 00:00']
    """
    zone = reading.zone
    if "%" in reading.dates:
        return _try_formats(texts, _all_null(texts), (to_polars_format(reading.dates),), zone)
    if reading.dates in _IN_ORDER:
        texts = texts.str.replace(_FIRST_TWO, _IN_ORDER[reading.dates])
    times = _try_formats(texts, _read_epoch(texts, reading), _FORMATS, zone)
    if times.null_count() == texts.null_count():
        return times
    for pattern, order in _AS_ISO:
        texts = texts.str.replace(pattern, order)
    times = _try_formats(texts, times, (*_FORMATS, *_RARE_FORMATS), zone)
    missing = texts.is_not_null() & times.is_null()
    if not missing.any():
        return times
    rest = normalize_clocks(replace_month_names(_complete_years(texts.filter(missing), reading.dates)))
    return times.scatter(
        missing.arg_true(), _try_formats(rest, _all_null(rest), (*_FORMATS, *_RARE_FORMATS), zone)
    )


def _complete_years(texts: pl.Series, dates: str) -> pl.Series:
    """Rewrite dates with two-digit years, in a declared order of day and month, as ISO 8601."""
    if dates not in _IN_ORDER:
        return texts
    text = pl.col("text")
    day, month = (1, 2) if dates == "day first" else (2, 1)
    parts = [complete_year(text.str.extract(_SHORT_YEAR, 3))]
    parts += [text.str.extract(_SHORT_YEAR, place).str.zfill(2) for place in (month, day)]
    rest = text.str.replace(r"^\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", "")
    written = pl.concat_str(pl.concat_str(parts, separator="-"), rest)
    return texts.to_frame("text").select(pl.coalesce(written, text)).to_series()


def convert_to_utc(naive: pl.Expr, zone: str) -> pl.Expr:
    """Convert the local times of a zone to UTC; an ambiguous time is the earlier of its two instants.

    A local time that is skipped when clocks are put forward is read with the offset before the change. Its writer
    had not changed the clock yet.

    Examples
    --------
    >>> from datetime import datetime
    >>> times = pl.DataFrame({"at": [datetime(2025, 3, 30, 1, 55), datetime(2025, 3, 30, 2, 55)]})
    >>> times.select(convert_to_utc(pl.col("at"), "Europe/Madrid").dt.to_string("%R"))["at"].to_list()
    ['00:55', '01:55']
    """
    local = naive.cast(pl.Datetime("us"))
    read = _localize(local, zone)
    return read if zone == "UTC" else pl.coalesce(read, _localize(local - _A_DAY, zone) + _A_DAY)


def _localize(local: pl.Expr, zone: str) -> pl.Expr:
    there = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return there.dt.convert_time_zone("UTC")


def _all_null(texts: pl.Series) -> pl.Series:
    return pl.Series([None], dtype=INSTANT).new_from_index(0, len(texts))


def _try_formats(texts: pl.Series, times: pl.Series, formats: tuple[str, ...], zone: str) -> pl.Series:
    """Read texts that are still null by one format after the other; no text is ambiguous between two formats."""
    sample = texts.drop_nulls().head(1)
    by_luck = sorted(formats, key=lambda form: _parse_format(sample, form, zone).null_count())
    for form in by_luck:
        missing = texts.is_not_null() & times.is_null()
        if not missing.any():
            break
        times = times.scatter(missing.arg_true(), _parse_format(texts.filter(missing), form, zone))
    return times


def _parse_format(texts: pl.Series, form: str, zone: str) -> pl.Series:
    text = pl.col("text")
    if re.search("%[:#]*z", form):
        when = text.str.to_datetime(form, time_unit="us", time_zone="UTC", strict=False)
    else:
        when = convert_to_utc(text.str.to_datetime(form, time_unit="us", strict=False), zone)
    return texts.to_frame("text").select(when).to_series()


def _read_epoch(texts: pl.Series, reading: Reading) -> pl.Series:
    """Read texts as time since an epoch; null if the reading declares none."""
    if reading.dates not in _MILLISECONDS:
        return _all_null(texts)
    # spreadsheets with a decimal comma write 45296,3958; 45,296 has a thousands separator, and is not a day in
    # 1900
    number = pl.col("text").str.replace(r"^(\d{5,}),(\d+)$", "$1.$2").cast(pl.Float64, strict=False)
    count = number * _MILLISECONDS[reading.dates]
    since = count.round().cast(pl.Int64, strict=False).cast(pl.Datetime("ms")).cast(pl.Datetime("us"))
    if reading.dates == "excel serial":
        when = convert_to_utc(since - _EXCEL_EPOCH, reading.zone)
    else:
        when = since.dt.replace_time_zone("UTC")
    return texts.to_frame("text").select(when).to_series()
