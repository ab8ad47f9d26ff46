"""One block of customers, week by week, from nothing to facts and truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.arrays import Facts, Ints, filter_facts, join_facts
from lealtad.sources.simulated.campaigns import draw_campaign_week
from lealtad.sources.simulated.hazard import compute_reading
from lealtad.sources.simulated.journey import draw_journey_week, draw_touchpoints, remember_touchpoints
from lealtad.sources.simulated.orders import draw_orders_week
from lealtad.sources.simulated.presence import Presence
from lealtad.sources.simulated.state import Schedule, State, advance_state, start_state
from lealtad.sources.simulated.subscriptions import draw_subscription_week, list_earlier_events
from lealtad.sources.simulated.surveys import draw_order_surveys, draw_relational_surveys, draw_service_surveys
from lealtad.sources.simulated.tickets import draw_hardness, draw_tickets_week, schedule_effects
from lealtad.sources.simulated.truth import build_truth_rows
from lealtad.sources.simulated.week_start import WeekStart
from lealtad.sources.simulated.weeks import NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.scenario import World

PROCESSES = ("mood", "contracts", "journey", "orders", "tickets", "surveys", "campaigns", "recording")
Luck = dict[str, np.random.Generator]


@dataclass(frozen=True)
class BlockHistory:
    """What a block lived through: the facts of each process, who was there when, and the truth."""

    facts: dict[str, Facts]
    presence: Presence
    began_at: Ints
    truth: pl.DataFrame


@dataclass(frozen=True)
class _WeekResult:
    state: State
    facts: dict[str, Facts]
    left_at: Ints
    joined_at: Ints


def simulate_block(population: Population, world: World, luck: Luck) -> BlockHistory:
    """Let a block of customers live through all weeks."""
    weeks = world.weeks
    state = start_state(luck["mood"], population, weeks)
    schedule, presence = Schedule(weeks.count, population.size), Presence(weeks, population.size)
    ledger: dict[str, list[Facts]] = {"subscriptions": [list_earlier_events(population, state, weeks)]}
    truth: list[pl.DataFrame] = []
    began_at = population.began_at
    before: dict[str, int] = {}
    for week in range(weeks.count + 1):
        arrived = population.met_at < weeks.as_of(week)
        state = advance_state(luck["mood"], state, schedule.due(week), arrived)
        reading = compute_reading(state, population, world, week)
        if (weeks.count - week) % world.scenario.truth_every_weeks == 0:
            truth.append(build_truth_rows(reading, state.alive, population, weeks.as_of(week)))
        if week == weeks.count:
            break
        staying = np.full(population.size, NEVER)
        now = WeekStart(world, population, schedule, state, reading, week, staying)
        passed = _simulate_week(now, luck, before)
        presence.note(week, state.alive, passed.left_at)
        began_at = np.minimum(began_at, passed.joined_at)
        for name, part in passed.facts.items():
            ledger.setdefault(name, []).append(part)
            before[name] = before.get(name, 0) + part["who"].size
        state = passed.state
    facts = {name: join_facts(parts) for name, parts in ledger.items()}
    return BlockHistory(facts, presence, began_at, pl.concat(truth))


def _simulate_week(start: WeekStart, luck: Luck, before: dict[str, int]) -> _WeekResult:
    """Let a week pass: contracts first, for who leaves in it acts only until then."""
    contracts = draw_subscription_week(luck["contracts"], start)
    now = replace(start, left_at=contracts.left_at)
    orders = _draw_orders(luck["orders"], now, before)
    touchpoints = _draw_journey(luck["journey"], now, orders, contracts.joined_at)
    tickets = draw_tickets_week(luck["tickets"], now)
    schedule_effects(now.schedule, now.weeks, tickets)
    surveys = [
        draw_relational_surveys(luck["surveys"], now),
        draw_order_surveys(luck["surveys"], now, orders),
        draw_service_surveys(
            luck["surveys"],
            now,
            _number_facts("tickets", tickets, before),
            draw_hardness(luck["tickets"], now, tickets),
            _number_facts("touchpoints", touchpoints, before),
        ),
    ]
    campaign = draw_campaign_week(luck["campaigns"], now)
    touchpoints = join_facts([touchpoints, campaign.touchpoints])
    facts = {
        "subscriptions": contracts.facts,
        "orders": orders,
        "touchpoints": touchpoints,
        "tickets": tickets,
        "surveys": join_facts(surveys),
        "interventions": campaign.facts,
    }
    following = replace(contracts.state, contacts=campaign.contacts)
    state = remember_touchpoints(following, touchpoints, now.week)
    return _WeekResult(state, facts, contracts.left_at, contracts.joined_at)


def _draw_orders(rng: np.random.Generator, now: WeekStart, before: dict[str, int]) -> Facts:
    drawn = draw_orders_week(rng, now)
    return _number_facts("orders", filter_facts(drawn, now.before_leaving(drawn)), before)


def _number_facts(name: str, facts: Facts, before: dict[str, int]) -> Facts:
    """Give the facts of a week the numbers that follow those of the weeks before."""
    return {**facts, "number": before.get(name, 0) + np.arange(facts["who"].size)}


def _draw_journey(rng: np.random.Generator, now: WeekStart, orders: Facts, joined_at: Ints) -> Facts:
    drawn = draw_journey_week(rng, now)
    walked = filter_facts(drawn, now.before_leaving(drawn))
    checkouts = draw_touchpoints(rng, "order", orders["who"], orders["at"], now.population)
    checkouts = {**checkouts, "order": orders["number"], "value": orders["amount"]}
    new = np.flatnonzero(joined_at < NEVER)
    signed = draw_touchpoints(rng, "subscribe", new, joined_at[new], now.population)
    return join_facts([walked, checkouts, signed])
