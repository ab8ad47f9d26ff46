"""The time of a load: the one passed, or now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError
from lealtad.sources.contract import TABLES
from lealtad.sources.contract.rules import AHEAD

if TYPE_CHECKING:
    from lealtad.lake import Lake


def parse_load_time(text: str) -> datetime:
    """Return the UTC instant of `--loaded-at`; empty means now, and a time without a zone is UTC.

    Raises
    ------
    SettingsError
        If it is not a time.

    Examples
    --------
    >>> parse_load_time("2026-01-31T09:30:00+01:00").isoformat()
    '2026-01-31T08:30:00+00:00'
    """
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            place="--loaded-at",
            expected="a time such as 2026-01-31T09:30:00Z",
            found=f"'{text}'",
            fix="Leave it out to mean now.",
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def find_latest_time(lake: Lake, loaded_at: datetime) -> datetime:
    """Return the latest time that a lake's facts prove, if the load's clock is behind that of the last load.

    A load accepts facts up to 24 h ahead of it. Once accepted they have happened, so that time has passed.
    """
    later = replace(lake, manifest=replace(lake.manifest, loaded_at=loaded_at + AHEAD))
    newest = [later.newest(table.name) for table in TABLES if table.event_time and later.has(table.name)]
    return max([loaded_at, *(moment for moment in newest if moment is not None)])
