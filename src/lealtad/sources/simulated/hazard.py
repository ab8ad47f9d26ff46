"""What is true of each customer at the beginning of a week: hazard, promoter, answer, effect of a contact."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import erf, sqrt
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import Floats, logistic
from lealtad.sources.simulated.causes import BASE_LOG_ODDS, compute_contributions
from lealtad.sources.simulated.state import REPORTED, TREATED, State
from lealtad.sources.simulated.weeks import WEEK, Weeks

if TYPE_CHECKING:
    from lealtad.sources.simulated.economy import Economy
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.scenario import World

_CHANNELS_WANTED, _CHANNEL_WEEKS = 3, 12
_TERM_SOON = 4 * WEEK
_FADE_PER_CONTACT = 0.7
_CONTENT = 0.2
_SERVICE = (
    "slow_reply", "unsolved_ticket", "reopened_ticket", "high_effort", "price_rise", "bad_first_month",
)  # fmt: skip
# where the latent opinion parts NPS answers 0|1, 1|2, … 9|10
NPS_CUTS = np.array([-2.6, -2.3, -2.0, -1.75, -1.5, -1.1, -0.6, -0.15, 0.5, 1.2])
_DETRACTOR_CUT, _PROMOTER_CUT = NPS_CUTS[6], NPS_CUTS[8]
_normal_cdf = np.vectorize(lambda z: 0.5 * (1.0 + erf(z / sqrt(2.0))))


@dataclass(frozen=True)
class HazardReading:
    """The truth about one block at the beginning of a week, computed from the state alone.

    Attributes
    ----------
    causes
        What each cause and interaction adds to the log odds of churn within the week.
    observable
        The log odds that follow from facts so far; effort counts only if a survey reported it.
    log_odds
        The same with felt effort, contacts, frailty and mood; the simulation draws ends from it.
    opinion
        The mean of the latent opinion (standard deviation 1) from which survey answers are cut.
    contact_effect
        What a contact now would add to the log odds.
    message_effect
        What is left of a planted message, in log odds; None without one.
    """

    causes: dict[str, Floats]
    observable: Floats
    log_odds: Floats
    opinion: Floats
    answer_probability: Floats
    contact_effect: Floats
    message_effect: Floats | None = None

    @cached_property
    def hazard(self) -> Floats:
        """The probability of a voluntary end within the week."""
        return logistic(self.log_odds)

    @cached_property
    def promoter(self) -> Floats:
        """Probability that an NPS answer would be 9 or 10."""
        probability: Floats = _normal_cdf(self.opinion - _PROMOTER_CUT)
        return probability

    @cached_property
    def detractor(self) -> Floats:
        """Probability that an NPS answer would be 0 to 6."""
        probability: Floats = _normal_cdf(_DETRACTOR_CUT - self.opinion)
        return probability


def compute_reading(state: State, population: Population, world: World, week: int) -> HazardReading:
    """Compute the truth about a block at the beginning of `week`."""
    units = _count_units(state, world.weeks, week)
    felt = compute_contributions(units, world.scenario.muted)
    reported = compute_contributions({**units, "high_effort": state.memory[REPORTED]}, world.scenario.muted)
    pain = np.sum([felt[name] for name in _SERVICE], axis=0)
    log_odds = (
        BASE_LOG_ODDS
        + np.sum(list(felt.values()), axis=0)
        + state.memory[TREATED]
        + population.frailty
        - 0.4 * state.weather
    )
    message = world.scenario.message
    lasting = None if message is None else message.compute_effect(state.reached.effect, week, world.weeks)
    opinion = population.attitude + state.weather - 0.7 * pain
    return HazardReading(
        causes=felt,
        observable=BASE_LOG_ODDS + np.sum(list(reported.values()), axis=0),
        log_odds=log_odds if lasting is None else log_odds + lasting,
        opinion=opinion,
        answer_probability=logistic(-1.15 + 0.2 * opinion + 0.3 * state.engagement),
        contact_effect=_compute_contact_effect(state, population, units, pain, world.scenario.economy),
        message_effect=lasting,
    )


def _count_units(state: State, weeks: Weeks, week: int) -> dict[str, Floats]:
    quiet_weeks = np.maximum(week - 1 - state.last_own, 0)
    used = (state.last_used >= week - _CHANNEL_WEEKS).sum(axis=1)
    until_term_end = state.term_end - weeks.as_of(week)
    return {
        **{name: units for name, units in state.memory.items() if name not in {REPORTED, TREATED}},
        "unsolved_ticket": state.unsolved,
        "silence": quiet_weeks / 4.0,
        "few_channels": np.maximum(_CHANNELS_WANTED - used, 0).astype(np.float64),
        "term_ends": (until_term_end < _TERM_SOON).astype(np.float64),
    }


def _compute_contact_effect(
    state: State, population: Population, units: dict[str, Floats], pain: Floats, economy: Economy
) -> Floats:
    """Compute the effect in log odds: a contact helps after bad service, and disturbs silent content customers."""
    sleeping = np.minimum(units["silence"], 2.0) * (pain < _CONTENT)
    first = (
        economy.effect
        + economy.effect_of_pain * np.minimum(pain, 2.0)
        + economy.effect_of_sleep * sleeping
        + population.response
    )
    return first * _FADE_PER_CONTACT**state.contacts
