"""The touchpoints of one week: those that customers and prospects initiate, and messages to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import Facts, Floats, Ints, filter_facts, join_facts
from lealtad.sources.simulated.draws import draw_choices, draw_flags, draw_moments, draw_occurrences
from lealtad.sources.simulated.state import PAUSED, PROSPECT
from lealtad.sources.simulated.touchpoint_catalog import (
    BY_COMPANY,
    CHANNEL_OF,
    GROUPS,
    IS_ADVOCACY,
    OUTCOME_TABLE,
)

if TYPE_CHECKING:
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.state import State
    from lealtad.sources.simulated.week_start import WeekStart

_OWN, _MESSAGES, _COURTING, _ADVERTS = 1.15, 0.55, 0.8, 0.5
_PAUSED_SHARE = 0.15
_PRESSED_TO_SILENCE = 0.08
NO_ORDER = -1


def draw_journey_week(rng: np.random.Generator, now: WeekStart) -> Facts:
    """Draw the touchpoints of customers and prospects in a week, without purchases."""
    state = now.state
    courting = state.phase == PROSPECT
    own = (
        state.is_subscribed
        * _OWN
        * now.population.activity
        * np.exp(state.engagement + 0.15 * now.reading.opinion)
    )
    own = own * np.where(state.phase == PAUSED, _PAUSED_SHARE, 1.0)
    own = own * np.where(now.is_pressed_by("silence"), _PRESSED_TO_SILENCE, 1.0)
    rates = {
        "customer": own,
        "message": state.is_subscribed * _MESSAGES,
        "prospect": courting * _COURTING,
        "advert": courting * _ADVERTS,
    }
    parts = [_draw_group(rng, now, group, rate) for group, rate in rates.items()]
    facts = join_facts(parts)
    # only those who would recommend do
    promoting = draw_flags(rng, now.reading.promoter[facts["who"]])
    return filter_facts(facts, promoting | ~IS_ADVOCACY[facts["touchpoint"]])


def draw_touchpoints(rng: np.random.Generator, group: str, who: Ints, at: Ints, population: Population) -> Facts:
    """Draw one touchpoint of a group for each customer in `who`, on a channel to their taste."""
    channel = draw_choices(rng, population.channels[who])
    return complete_touchpoints(rng, who, at, draw_choices(rng, GROUPS[group][channel]))


def complete_touchpoints(rng: np.random.Generator, who: Ints, at: Ints, touchpoint: Ints) -> Facts:
    """Complete chosen touchpoints with their outcomes; `touchpoint` holds positions in the catalog."""
    return {
        "who": who,
        "at": at,
        "touchpoint": touchpoint,
        "outcome": draw_choices(rng, OUTCOME_TABLE[touchpoint]),
        "value": np.full(who.size, np.nan),
        "order": np.full(who.size, NO_ORDER),
    }


def remember_touchpoints(state: State, touchpoints: Facts, week: int) -> State:
    """Return the state after the customers' own touchpoints of a week: the last week of contact, by channel."""
    own = ~BY_COMPANY[touchpoints["touchpoint"]]
    who, channel = touchpoints["who"][own], CHANNEL_OF[touchpoints["touchpoint"][own]]
    last_own, last_used = state.last_own.copy(), state.last_used.copy()
    last_own[who] = week
    last_used[who, channel] = week
    return replace(state, last_own=last_own, last_used=last_used)


def _draw_group(rng: np.random.Generator, now: WeekStart, group: str, rate: Floats) -> Facts:
    who = draw_occurrences(rng, rate)
    at = draw_moments(rng, now.as_of, now.population.utc_offset[who])
    facts = draw_touchpoints(rng, group, who, at, now.population)
    if group not in {"customer", "prospect"}:
        return facts
    return {**facts, "value": np.round(rng.lognormal(1.2, 0.8, who.size), 1)}
