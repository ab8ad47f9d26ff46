"""The day of a job: the one that was asked for, or the newest that the data reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError
from lealtad.lake.timeline import find_end_of_data, parse_moment

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake


def parse_as_of(given: str, lake: Lake) -> datetime:
    """Return the UTC instant of `--as-of`; empty stands for the end of the data.

    Raises
    ------
    SettingsError
        If it is no day, or one that the data do not reach.
    """
    end = find_end_of_data(lake)
    asked = parse_moment(given) if given else end
    if asked > end:
        raise SettingsError(
            place="--as-of",
            expected=f"a day up to the end of the data, {end:%Y-%m-%d}",
            found=f"{asked:%Y-%m-%d}",
            fix="Run lealtad ingest for newer facts, or choose an earlier day.",
        )
    return asked
