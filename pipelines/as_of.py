"""The day a job speaks of: the one that was asked for, or the newest that the data reach."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lealtad.errors import SettingsError
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from lealtad.lake import Lake


def as_of_date(given: str, lake: Lake) -> datetime:
    """Return the UTC instant of `--as-of`; empty stands for the end of the data.

    Raises
    ------
    SettingsError
        If it is no day, or one that the data do not reach.
    """
    end = end_of_data(lake)
    try:
        day = datetime.fromisoformat(given) if given else end
    except ValueError:
        raise SettingsError(
            place="--as-of", expected="a day such as 2026-01-31", found=f"'{given}'", mend="Mend it."
        ) from None
    moment = day.replace(tzinfo=UTC) if day.tzinfo is None else day.astimezone(UTC)
    if moment > end:
        raise SettingsError(
            place="--as-of",
            expected=f"a day up to the end of the data, {end:%Y-%m-%d}",
            found=f"{moment:%Y-%m-%d}",
            mend="Ingest newer facts first, or choose an earlier day.",
        )
    return moment
