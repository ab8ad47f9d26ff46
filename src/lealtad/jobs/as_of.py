"""The as-of day of a job: the requested one, or the end of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError
from lealtad.lake.erasing.thinning import find_first_night
from lealtad.lake.timeline import find_end_of_data, parse_moment

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake


def parse_as_of(given: str, lake: Lake) -> datetime:
    """Return the UTC instant of `--as-of`; empty means the end of the data.

    Raises
    ------
    SettingsError
        If it is not a day, is after the end of the data, or is before the lake's first complete night.
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
    thinned = find_first_night(lake)
    if thinned is not None and asked < thinned[1]:
        raise SettingsError(
            place="--as-of",
            expected=f"a night since {thinned[1]:%Y-%m-%d}",
            found=f"{asked:%Y-%m-%d}: '{thinned[0]}' was thinned since, by [keep] in lealtad.toml",
            fix="Choose a later night; what was thinned cannot be computed again.",
        )
    return asked
