"""The time of a snapshot: a date, or the month in a column or a file name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.sources.contract.columns import time_column
from lealtad.sources.contract.conversion import convert_column
from lealtad.sources.contract.written_months import replace_month_names

if TYPE_CHECKING:
    from lealtad.sources.contract.reading import Reading

_YEAR, _MONTH, _DAY = r"((?:19|20)\d\d)", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_WITHIN, _BEFORE, _AFTER = r"[-_. /]?", r"(?:^|\D)", r"(?:\D|$)"
_DATE = f"{_BEFORE}{_YEAR}{_WITHIN}{_MONTH}{_WITHIN}{_DAY}{_AFTER}"
_YEAR_FIRST = f"{_BEFORE}{_YEAR}{_WITHIN}{_MONTH}{_AFTER}"
_YEAR_LAST = rf"(?:^|[^\d/.-]){_MONTH}[-_. /]?{_YEAR}{_AFTER}"
_NAME_FIRST = rf"(?:^|[^\p{{L}}])(\p{{L}}{{3,10}})[-_. /]*(?:de )?{_YEAR}{_AFTER}"
_NAME_LAST = rf"{_BEFORE}{_YEAR}[-_. /]*(\p{{L}}{{3,10}})(?:[^\p{{L}}]|$)"


def read_snapshot_times(values: pl.Series, reading: Reading) -> pl.Series:
    """Return the time of each row's snapshot: its date, or the last day of its month; else null.

    A month is dated at its end, so that nothing is known too early.

    Examples
    --------
    >>> from lealtad.sources.contract.reading import ISO
    >>> said = pl.Series(["abonados_202402.csv", "2024-02", "feb 2024", "02/2024", "2024-02-10", "soon"])
    >>> read_snapshot_times(said, ISO).dt.date().cast(str).to_list()
    ['2024-02-29', '2024-02-29', '2024-02-29', '2024-02-29', '2024-02-10', None]
    """
    if values.dtype != pl.String:
        return _read_times(values.cast(pl.String) if values.dtype.is_integer() else values, reading)
    texts = values.unique()
    times = pl.DataFrame([texts.alias("said"), _read_times(texts, reading).alias("at")])
    return values.to_frame("said").join(times, on="said", how="left", maintain_order="left", nulls_equal=True)[
        "at"
    ]


def _read_times(values: pl.Series, reading: Reading) -> pl.Series:
    column = time_column("at")
    frame = values.to_frame("at")
    if values.dtype != pl.String:
        return frame.select(convert_column(column, values.dtype, reading)).to_series()
    low = frame.select(pl.col("at").str.strip_chars().str.to_lowercase())
    day = _read_first_day(low, _YEAR_FIRST, year=1, month=2)
    for form, year, month in ((_YEAR_LAST, 2, 1), (_NAME_FIRST, 2, 1), (_NAME_LAST, 1, 2)):
        day = day.zip_with(day.is_not_null(), _read_first_day(low, form, year=year, month=month))
    whole = pl.concat_str(*(pl.col("at").str.extract(_DATE, part) for part in (1, 2, 3)), separator="-")
    dated = low.select(whole.str.to_date(strict=False)).to_series()
    at = dated.zip_with(dated.is_not_null(), day.dt.month_end()).cast(pl.Datetime("us"))
    zoned = at.dt.replace_time_zone(reading.zone, ambiguous="earliest", non_existent="null")
    plain = frame.select(convert_column(column, values.dtype, reading)).to_series()
    return zoned.dt.convert_time_zone("UTC").cast(INSTANT).zip_with(zoned.is_not_null() & plain.is_null(), plain)


def _read_first_day(low: pl.DataFrame, form: str, *, year: int, month: int) -> pl.Series:
    text = pl.col("at")
    parts = (pl.lit("1"), text.str.extract(form, month), text.str.extract(form, year))
    number = pl.concat_str(
        text.str.extract(form, year), text.str.extract(form, month), pl.lit("01"), separator="-"
    )
    named = replace_month_names(low.select(pl.concat_str(*parts, separator=" ")).to_series())
    read = number.str.to_date("%Y-%m-%d", strict=False)
    return (
        low.with_columns(named.alias("named"))
        .select(pl.coalesce(read, pl.col("named").str.to_date("%Y-%m-%d", strict=False)))
        .to_series()
    )
