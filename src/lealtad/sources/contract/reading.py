"""How a source writes its values: the zone of times, the order of dates, the decimal mark."""

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
        IANA zone of times without a zone.
    dates
        The format of times in text. One of "iso" (year first), "day first", "month first", "epoch seconds" and
        "epoch milliseconds". Or "excel serial", days since the end of 1899, or a format of strptime such as
        "%d.%m.%y". Which of two numbers is the day is never guessed.
    decimal
        The decimal mark of numbers written as text, "." or ","; the other one, blanks and apostrophes may then
        separate groups of three digits. None accepts only the point, without groups.
    units
        Pairs of a column with durations and the unit of its bare numbers: "seconds" (the default), "minutes",
        "hours" or "days". Or the format of a clock, "hh:mm" or "mm:ss".
    symbols
        Currencies or units that may accompany a number, such as "€"; a number with any other is unreadable.
    limits
        Maximum lengths of ids and texts.
    """

    zone: str = "UTC"
    dates: str = "iso"
    decimal: str | None = None
    units: tuple[tuple[str, str], ...] = ()
    symbols: tuple[str, ...] = ()
    limits: Limits = USUAL

    def __post_init__(self) -> None:
        """Refuse impossible declarations.

        Raises
        ------
        SettingsError
            If the zone, the format of dates, the decimal mark or a unit is unknown.
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
    """Convert a format of Python's strptime to that of Polars, which differs in fractions of a second."""
    return form.replace(".%f", "%.f")


def _is_format(dates: str) -> bool:
    """Return whether a format can read back what it writes."""
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
