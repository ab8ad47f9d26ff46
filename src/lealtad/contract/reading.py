"""How a source writes its values: what a time without a zone means, which part of a date comes first."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from lealtad.errors import SettingsError, nearest


@dataclass(frozen=True)
class Reading:
    """How a source writes times and numbers.

    Attributes
    ----------
    zone
        IANA zone of the times that carry none.
    """

    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a zone that nobody knows.

        Raises
        ------
        SettingsError
            If the zone is no IANA name.
        """
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError):
            raise SettingsError(
                place="time zone",
                expected="an IANA name such as Europe/Madrid",
                found=f"'{self.zone}'",
                mend=nearest(self.zone, sorted(available_timezones())) if self.zone else "Give one.",
            ) from None


ISO = Reading()
