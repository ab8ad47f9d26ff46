"""What all blocks of customers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats
    from lealtad.sources.simulated.desks import Desk
    from lealtad.sources.simulated.scenario import Scenario
    from lealtad.sources.simulated.weeks import Weeks


@dataclass(frozen=True)
class World:
    """The weeks, the desks with their backlogs (weeks × desks), and the scenario."""

    weeks: Weeks
    desks: tuple[Desk, ...]
    backlogs: Floats
    scenario: Scenario
