"""Periods from one instant to another: a window, or complete weeks or months."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.kpis.grouping import PERIODS
from lealtad.kpis.spells import REACHED_AT

if TYPE_CHECKING:
    from lealtad.kpis.view import View

Period = tuple[datetime, datetime]
_MICRO = timedelta(microseconds=1)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def find_end(spells: pl.DataFrame, as_of: datetime | None) -> datetime:
    """Return `as_of`, or without it the instant just after the last change that is not planned."""
    if as_of is not None:
        return as_of
    last = spells.select(pl.max_horizontal(pl.col("from_at").max(), pl.col("until_at").max())).item()
    if REACHED_AT in spells.columns and isinstance(last, datetime):
        last = min(last, spells[REACHED_AT][0])
    return last + _MICRO if isinstance(last, datetime) else _NEVER


def find_zone(spells: pl.DataFrame) -> str:
    """Return the time zone of the source; UTC if it is unknown or there are several."""
    zones = spells["source_zone"].drop_nulls().unique().to_list() if "source_zone" in spells.columns else []
    return str(zones[0]) if len(zones) == 1 else "UTC"


def list_boundaries(spells: pl.DataFrame, end: datetime, every: str = "month") -> list[datetime]:
    """Return the beginnings of weeks or months, from that of the first spell, up to `end`."""
    first, zone = spells["from_at"].min(), ZoneInfo(find_zone(spells))
    if not isinstance(first, datetime):
        return []
    days = pl.date_range(first.astimezone(zone).date(), end.astimezone(zone).date(), "1d", eager=True)
    starts = (_to_midnight(day, zone) for day in days.dt.truncate(PERIODS[every]).unique().sort())
    return [start for start in starts if start <= end]


def list_periods(view: View, end: datetime, spells: pl.DataFrame, window_days: float) -> list[Period]:
    """Return the window before `end`, or every complete week or month up to it if `view` is by one of them.

    Raises
    ------
    SettingsError
        If `view` is by week and by month at once.
    """
    asked = [name for name in view.by if name in PERIODS]
    if not asked:
        return [(end - timedelta(days=window_days), end)]
    if len(asked) > 1:
        raise SettingsError(place="by", expected="week or month", found="both", fix="Call once for each.")
    starts = list_boundaries(spells, end, asked[0])
    return list(pairwise(starts))


def refuse_periods(view: View, measure: str) -> None:
    """Raise if a measure that has one window is asked by week or month.

    Raises
    ------
    SettingsError
        If `view` is by a period.
    """
    if set(PERIODS) & set(view.by):
        raise SettingsError(
            place="by",
            expected=f"dimensions other than {' and '.join(PERIODS)} for {measure}",
            found=", ".join(view.by),
            fix="Call it once per as_of instead.",
        )


def _to_midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
