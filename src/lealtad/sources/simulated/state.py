"""What a week passes on to the next: the state of each customer, and effects that are still due."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.causes import MEMORY
from lealtad.sources.simulated.message import Reached
from lealtad.sources.simulated.population import CHANNELS
from lealtad.sources.simulated.weeks import WEEK

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Flags, Floats, Ints
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.weeks import Weeks

UNKNOWN, PROSPECT, ACTIVE, PAUSED, ENDED, LOST = range(6)
_LONG_AGO = -10_000
REPORTED, TREATED = "high_effort_reported", "treated"
_TREATMENT_MEMORY_WEEKS = 8.0
_MEMORIES: dict[str, float] = {
    **MEMORY,
    REPORTED: MEMORY["high_effort"],
    TREATED: _TREATMENT_MEMORY_WEEKS,
}


@dataclass(frozen=True)
class State:
    """One block of customers at the beginning of a week.

    Attributes
    ----------
    memory
        Units of each remembered cause, of the effort that surveys reported, and of contacts (in log odds).
    unsolved
        The number of open tickets that were created more than 7 days ago.
    last_own, last_used
        The week of the last touchpoint that the customer initiated, overall and per channel.
    began_week, changed_week
        The week of the first subscription, and of the end of the last pause or of the subscription.
    ended_voluntarily
        Whether the last end was voluntary.
    reached
        What a planted message does to each customer.
    engagement, weather
        The interest in the company, and the mood without a cause; both change slowly, and no table shows them.
    """

    phase: Ints
    memory: dict[str, Floats]
    unsolved: Floats
    last_own: Ints
    last_used: Ints
    price: Floats
    term_end: Ints
    began_week: Ints
    changed_week: Ints
    ended_voluntarily: Flags
    contacts: Ints
    engagement: Floats
    weather: Floats
    reached: Reached

    @property
    def is_subscribed(self) -> Flags:
        """Whether each customer has a subscription; a pause is not an end."""
        subscribed: Flags = (self.phase == ACTIVE) | (self.phase == PAUSED)
        return subscribed


class Schedule:
    """Effects that are already certain, by the first week that begins after they are known."""

    def __init__(self, weeks: int, customers: int) -> None:
        names = (*_MEMORIES, "unsolved")
        self._due = {name: np.zeros((weeks + 2, customers), np.float32) for name in names}

    def add(self, name: str, week: Ints, who: Ints, amount: Floats | float) -> None:
        """Add an amount for each customer in `who` from each `week` on."""
        np.add.at(self._due[name], (week, who), amount)

    def due(self, week: int) -> dict[str, Floats]:
        """Return what becomes known by the beginning of a week."""
        return {name: amounts[week].astype(np.float64) for name, amounts in self._due.items()}


def start_state(rng: np.random.Generator, population: Population, weeks: Weeks) -> State:
    """Return the state before the first week; the time before the tables counts as a good history."""
    size = population.size
    customer = population.began_at < weeks.start
    term = population.term_weeks * WEEK
    elapsed = np.where(customer, weeks.start - population.began_at, 0)
    return State(
        phase=np.where(customer, ACTIVE, UNKNOWN),
        memory={name: np.zeros(size) for name in _MEMORIES},
        unsolved=np.zeros(size),
        last_own=np.where(customer, -1, _LONG_AGO),
        last_used=np.where(customer[:, None], -1, np.full((size, len(CHANNELS)), _LONG_AGO)),
        price=population.price,
        term_end=np.where(customer, population.began_at + (elapsed // term + 1) * term, 0),
        began_week=np.where(customer, -elapsed // WEEK, _LONG_AGO),
        changed_week=np.full(size, _LONG_AGO),
        ended_voluntarily=np.zeros(size, np.bool_),
        contacts=np.zeros(size, np.int64),
        engagement=rng.normal(0.0, 0.5, size),
        weather=rng.normal(0.0, 0.4, size),
        reached=Reached.start(size),
    )


def advance_state(rng: np.random.Generator, state: State, due: dict[str, Floats], arrived: Flags) -> State:
    """Return the state at the beginning of a week: old effects fade, due effects arrive, moods change."""
    memory = {name: units * np.exp(-1.0 / _MEMORIES[name]) + due[name] for name, units in state.memory.items()}
    memory["bad_first_month"] = np.minimum(memory["bad_first_month"], 1.0)
    return replace(
        state,
        phase=np.where(arrived & (state.phase == UNKNOWN), PROSPECT, state.phase),
        memory=memory,
        unsolved=state.unsolved + due["unsolved"],
        engagement=0.96 * state.engagement + rng.normal(0.0, 0.16, arrived.size),
        weather=0.92 * state.weather + rng.normal(0.0, 0.16, arrived.size),
    )
