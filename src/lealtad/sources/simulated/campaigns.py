"""Retention campaigns: some customers are chosen, a random part of them is held out, the others are contacted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import Facts, find_positions
from lealtad.sources.simulated.draws import draw_categories, draw_flags
from lealtad.sources.simulated.journey import complete_touchpoints
from lealtad.sources.simulated.state import TREATED
from lealtad.sources.simulated.touchpoint_catalog import CATALOG
from lealtad.sources.simulated.weeks import DAY, HOUR, NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.arrays import Floats, Ints
    from lealtad.sources.simulated.week_start import WeekStart

ACTIONS = ("call", "offer", "discount")
_ACTION_WEIGHTS = (40.0, 35.0, 25.0)
OUTCOMES = ("accepted", "declined", "not_reached")
ACCEPTED, DECLINED, NOT_REACHED = range(3)
_EVERY_WEEKS = 4
_CHOSEN, _IF_SILENT, _IF_UNSOLVED = 0.04, 0.08, 0.08
_TREATED, _REACHED = 0.75, 0.85
_POINTS = np.array([row for row, point in enumerate(CATALOG) if point.group == "retention"])


@dataclass(frozen=True)
class CampaignWeek:
    """The assignments of a week, the touchpoints of the contacted, and each customer's contacts so far."""

    facts: Facts
    touchpoints: Facts
    contacts: Ints


def draw_campaign_week(rng: np.random.Generator, now: WeekStart) -> CampaignWeek:
    """Draw the campaign of a week; in weeks without one, nobody is chosen.

    The choice depends on what the company sees, and the treatment on chance alone. Reaching a customer adds
    `reading.contact_effect` to the log odds of churn, and then fades.
    """
    assigned = now.as_of + 9 * HOUR
    who = find_positions(draw_flags(rng, _compute_chances(now, assigned)))
    treated = draw_flags(rng, np.full(who.size, _TREATED))
    action = draw_categories(rng, _ACTION_WEIGHTS, who.size)
    at = assigned + (rng.uniform(0.1, 5.0, who.size) * DAY).astype(np.int64)
    reached = treated & draw_flags(rng, np.full(who.size, _REACHED)) & (at < now.ended_at[who])
    effect = now.reading.contact_effect[who]
    accepted = draw_flags(rng, np.clip(0.25 - 0.3 * effect, 0.02, 0.9))
    facts: Facts = {
        "who": who,
        "at": np.full(who.size, assigned),
        "campaign": np.full(who.size, now.week // _EVERY_WEEKS + 1),
        "treated": treated,
        "action": action,
        "cost": np.where(reached, np.array(now.world.scenario.economy.contact_costs)[action], 0.0),
        "contacted_at": np.where(reached, at, NEVER),
        "outcome": np.where(reached, np.where(accepted, ACCEPTED, DECLINED), NOT_REACHED),
    }
    now.schedule.add(TREATED, now.weeks.find_next_week(at[reached]), who[reached], effect[reached])
    contacts = now.state.contacts.copy()
    contacts[who[reached]] += 1
    return CampaignWeek(
        facts, complete_touchpoints(rng, who[reached], at[reached], _POINTS[action[reached]]), contacts
    )


def _compute_chances(now: WeekStart, assigned: int) -> Floats:
    """Return the chance that each customer is chosen."""
    lists = now.world.scenario.contacts
    if now.week % _EVERY_WEEKS != _EVERY_WEEKS // 2 or (lists is not None and lists.begins_by(now.as_of)):
        return np.zeros(now.population.size)
    consents = now.population.consent & (now.population.withdraws_at > assigned)
    allowed = consents & now.state.is_subscribed & (now.ended_at > assigned)
    silent, unsolved = now.week - now.state.last_own > _EVERY_WEEKS, now.state.unsolved > 0
    return np.asarray(allowed * (_CHOSEN + _IF_SILENT * silent + _IF_UNSOLVED * unsolved))
