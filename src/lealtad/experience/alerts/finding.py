"""All signals that a night judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.alerts.budget import MISS
from lealtad.experience.alerts.misses import judge_misses
from lealtad.experience.alerts.queues import judge_queues
from lealtad.experience.alerts.themes import judge_themes
from lealtad.experience.alerts.worsening import judge_drivers
from lealtad.experience.drivers.ownership import find_owners
from lealtad.kpis.sharing import share_work

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lealtad.company.settings import Settings
    from lealtad.experience.alerts.ledger import Ledger
    from lealtad.experience.alerts.signal import Signal
    from lealtad.lake import Lake


@share_work()
def find_signals(
    lake: Lake, settings: Settings, as_of: datetime, ledger: Ledger, drivers: Path | None = None
) -> list[Signal]:
    """Judge figures, themes, drivers and queues as known at a date.

    Parameters
    ----------
    ledger
        The reports so far: evidence from before a figure was last clear does not count again.
    drivers
        `drivers.csv` of the run, which names the drivers; without it no driver is judged.
    """
    owned = find_owners(lake, as_of).drop_nulls("owner")
    owners = {driver.removeprefix("touchpoint|"): owner for driver, owner, _ in owned.iter_rows()}
    prefix = f"{MISS}|"
    cleared = {name.removeprefix(prefix): at for name, at in ledger.cleared.items() if name.startswith(prefix)}
    ranked = list[str]()
    if drivers is not None and drivers.is_file():
        ranked = pl.read_csv(drivers, columns=["driver"])["driver"].unique().sort().to_list()
    return [
        *judge_misses(lake, settings, as_of, owners, cleared),
        *judge_themes(lake, as_of, owners),
        *judge_drivers(lake, settings, as_of, ranked, owners),
        *judge_queues(lake, as_of),
    ]
