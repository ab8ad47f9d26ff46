"""How a source writes its values: what a time without a zone means, which part of a date comes first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import polars as pl

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.contract.written_durations import CLOCKS, UNITS
from lealtad.sources.limits import USUAL, Limits

DATES = (
    "iso",
    "day first",
    "month first",
    "epoch seconds",
    "epoch milliseconds",
    "epoch microseconds",
    "excel serial",
)


@dataclass(frozen=True)
class Reading:
    """How a source writes times and numbers.

    Attributes
    ----------
    zone
        IANA zone of the times that carry none.
    dates
        How a text is a time. One of "iso" (year first), "day first", "month first", "epoch seconds" and "epoch
        milliseconds". Or "excel serial", days since the end of 1899, or a format of strptime such as "%d.%m.%y".
        Which of two numbers is the day is never guessed.
    decimal
        The decimal mark of numbers written as text, "." or ","; the other one, blanks and apostrophes may then
        stand between groups of three digits. None knows the point alone, and reads no groups.
    units
        Pairs of a column that holds durations and what its bare numbers count: "seconds" (the default),
        "minutes", "hours" or "days". Or what a clock shows, "hh:mm" or "mm:ss".
    symbols
        Currencies or units that may accompany a number, such as "€"; a number with any other is unreadable.
    limits
        How long an id and a text may be.
    """

    zone: str = "UTC"
    dates: str = "iso"
    decimal: str | None = None
    units: tuple[tuple[str, str], ...] = ()
    symbols: tuple[str, ...] = ()
    limits: Limits = USUAL

    def __post_init__(self) -> None:
        """Refuse a declaration by which no value could be read.

        Raises
        ------
        SettingsError
            If the zone is no IANA name, dates are none of the words and no format, the mark is no mark, or a
            unit is none.
        """
        _check_zone(self.zone)
        if self.dates not in DATES and not _is_format(self.dates):
            raise SettingsError(
                place="dates",
                expected=f"{', '.join(DATES)}, or a format such as %d.%m.%y",
                found=f"'{self.dates}'",
                fix="A format needs year, month and day."
                if "%" in self.dates
                else suggest_name(self.dates, DATES),
            )
        if self.decimal not in (None, ".", ","):
            raise SettingsError(
                place="decimal", expected='"." or ","', found=f"'{self.decimal}'", fix='Write decimal = ",".'
            )
        for column, unit in self.units:
            if unit not in (*UNITS, *CLOCKS):
                raise SettingsError(
                    place=f"units.{column}",
                    expected=", ".join((*UNITS, *CLOCKS)),
                    found=f"'{unit}'",
                    fix=suggest_name(unit, (*UNITS, *CLOCKS)),
                )


def to_polars_format(form: str) -> str:
    """Return a format of Python's strptime as Polars writes it: they differ in fractions of a second."""
    return form.replace(".%f", "%.f")


def _is_format(dates: str) -> bool:
    """Return whether it is a format that reads back what it wrote."""
    if "%" not in dates:
        return False
    form = to_polars_format(dates)
    try:
        text = pl.Series([datetime(2026, 1, 31, 9, 30)]).dt.to_string(form)  # noqa: DTZ001 - any time will do
        return text.str.to_datetime(form, strict=False).null_count() == 0
    except pl.exceptions.PolarsError:
        return False


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsError(
            place="time zone",
            expected="an IANA name such as Europe/Madrid",
            found=f"'{zone}'",
            fix=suggest_name(zone, sorted(available_timezones())) if zone else 'Write zone = "Europe/Madrid".',
        ) from None


ISO = Reading()
