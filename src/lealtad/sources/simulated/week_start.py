"""A block of customers at the beginning of a week: all that a process needs to simulate it."""

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
    ended_at
        When in this week each subscription ends (else `NEVER`).
    """

    world: World
    population: Population
    schedule: Schedule
    state: State
    reading: HazardReading
    week: int
    ended_at: Ints

    @property
    def weeks(self) -> Weeks:
        """The weeks of the simulation."""
        return self.world.weeks

    @property
    def as_of(self) -> int:
        """The instant at which the week begins."""
        return self.weeks.as_of(self.week)

    def is_pressed_by(self, cause: str) -> Flags:
        """Return which customers the scenario presses with a cause."""
        return self.population.pressed & (cause in self.world.scenario.pressed)

    def is_before_end(self, facts: Facts) -> Flags:
        """Return which facts happen before the subscription of their customer ends in the week."""
        before: Flags = facts["at"] < self.ended_at[facts["who"]]
        return before
