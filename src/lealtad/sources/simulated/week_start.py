"""One block of customers in one week: all that a process needs to let the week pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Facts, Flags, Ints
    from lealtad.sources.simulated.hazard import HazardReading
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.scenario import World
    from lealtad.sources.simulated.state import Schedule, State
    from lealtad.sources.simulated.weeks import Weeks


@dataclass(frozen=True)
class WeekStart:
    """The block at the beginning of a week.

    Attributes
    ----------
    left_at
        When in this week each subscription ends (else `NEVER`).
    """

    world: World
    population: Population
    schedule: Schedule
    state: State
    reading: HazardReading
    week: int
    left_at: Ints

    @property
    def weeks(self) -> Weeks:
        """The weeks of the simulation."""
        return self.world.weeks

    @property
    def as_of(self) -> int:
        """The instant at which the week begins."""
        return self.weeks.as_of(self.week)

    def under(self, cause: str) -> Flags:
        """Return the customers that the scenario presses with a cause."""
        return self.population.pressed & (cause in self.world.scenario.pressed)

    def before_leaving(self, facts: Facts) -> Flags:
        """Return which facts of the week happen before their customer's subscription ends in it."""
        before: Flags = facts["at"] < self.left_at[facts["who"]]
        return before
