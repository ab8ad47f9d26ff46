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
from lealtad.sources.simulated.listed_contacts import draw_listed_week
from lealtad.sources.simulated.message import send_message
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
LISTS, MESSAGE = "lists", "message"
Generators = dict[str, np.random.Generator]


@dataclass(frozen=True)
class BlockHistory:
    """The history of a block of customers.

    Attributes
    ----------
    facts
        The facts of each process, by table.
    presence
        When each customer had a subscription.
    began_at
        The start of each customer's first subscription (else `NEVER`).
    truth
        The truth at each as-of date; columns as in `build_truth_rows`.
    """

    facts: dict[str, Facts]
    presence: Presence
    began_at: Ints
    truth: pl.DataFrame


@dataclass(frozen=True)
class _WeekResult:
    state: State
    facts: dict[str, Facts]
    ended_at: Ints
    joined_at: Ints


def simulate_block(population: Population, world: World, rngs: Generators) -> BlockHistory:
    """Simulate all weeks of a block of customers."""
    weeks = world.weeks
    state = start_state(rngs["mood"], population, weeks)
    schedule, presence = Schedule(weeks.count, population.size), Presence(weeks, population.size)
    ledger: dict[str, list[Facts]] = {"subscriptions": [list_earlier_events(population, state, weeks)]}
    truth: list[pl.DataFrame] = []
    began_at = population.began_at
    before: dict[str, int] = {}
    for week in range(weeks.count + 1):
        arrived = population.met_at < weeks.as_of(week)
        state = advance_state(rngs["mood"], state, schedule.due(week), arrived)
        state, sent = _send_message(rngs, state, population, world, week)
        reading = compute_reading(state, population, world, week)
        if (weeks.count - week) % world.scenario.truth_every_weeks == 0:
            truth.append(build_truth_rows(reading, state.is_subscribed, population, weeks.as_of(week)))
        if week == weeks.count:
            break
        staying = np.full(population.size, NEVER)
        now = WeekStart(world, population, schedule, state, reading, week, staying)
        passed = _simulate_week(now, rngs, before)
        presence.record(week, state.is_subscribed, passed.ended_at)
        began_at = np.minimum(began_at, passed.joined_at)
        for name, part in (passed.facts | sent).items():
            ledger.setdefault(name, []).append(part)
            before[name] = before.get(name, 0) + part["who"].size
        state = passed.state
    facts = {name: join_facts(parts) for name, parts in ledger.items()}
    return BlockHistory(facts, presence, began_at, pl.concat(truth))


def _send_message(
    rngs: Generators, state: State, population: Population, world: World, week: int
) -> tuple[State, dict[str, Facts]]:
    """Return the state after the scenario's message, in its week, and the arms that it drew."""
    message = world.scenario.message
    if message is None or week != world.weeks.count - message.weeks_before_end:
        return state, {}
    state, arms = send_message(rngs[MESSAGE], message, state, population, world.weeks.as_of(week))
    return state, {MESSAGE: arms}


def _simulate_week(now: WeekStart, rngs: Generators, before: dict[str, int]) -> _WeekResult:
    """Simulate one week: contracts first, since a customer who churns acts only until then."""
    contracts = draw_subscription_week(rngs["contracts"], now)
    now = replace(now, ended_at=contracts.ended_at)
    orders = _draw_orders(rngs["orders"], now, before)
    touchpoints = _draw_journey(rngs["journey"], now, orders, contracts.joined_at)
    tickets = draw_tickets_week(rngs["tickets"], now)
    schedule_effects(now.schedule, now.weeks, tickets)
    surveys = [
        draw_relational_surveys(rngs["surveys"], now),
        draw_order_surveys(rngs["surveys"], now, orders),
        draw_service_surveys(
            rngs["surveys"],
            now,
            _number_facts("tickets", tickets, before),
            draw_hardness(rngs["tickets"], now, tickets),
            _number_facts("touchpoints", touchpoints, before),
        ),
    ]
    campaign = draw_campaign_week(rngs["campaigns"], now)
    contacts, reached = campaign.contacts, [touchpoints, campaign.touchpoints]
    reports: dict[str, Facts] = {}
    if now.world.scenario.contacts is not None:
        reports["reports"], met = draw_listed_week(rngs[LISTS], now, now.world.scenario.contacts)
        reached.append(met)
        contacts = contacts.copy()
        contacts[met["who"]] += 1
    touchpoints = join_facts(reached)
    facts = {
        "subscriptions": contracts.facts,
        "orders": orders,
        "touchpoints": touchpoints,
        "tickets": tickets,
        "surveys": join_facts(surveys),
        "interventions": campaign.facts,
        **reports,
    }
    following = replace(contracts.state, contacts=contacts)
    state = remember_touchpoints(following, touchpoints, now.week)
    return _WeekResult(state, facts, contracts.ended_at, contracts.joined_at)


def _draw_orders(rng: np.random.Generator, now: WeekStart, before: dict[str, int]) -> Facts:
    drawn = draw_orders_week(rng, now)
    return _number_facts("orders", filter_facts(drawn, now.is_before_end(drawn)), before)


def _number_facts(name: str, facts: Facts, before: dict[str, int]) -> Facts:
    """Add the numbers of a week's facts, which follow those of earlier weeks."""
    return {**facts, "number": before.get(name, 0) + np.arange(facts["who"].size)}


def _draw_journey(rng: np.random.Generator, now: WeekStart, orders: Facts, joined_at: Ints) -> Facts:
    drawn = draw_journey_week(rng, now)
    walked = filter_facts(drawn, now.is_before_end(drawn))
    checkouts = draw_touchpoints(rng, "order", orders["who"], orders["at"], now.population)
    checkouts = {**checkouts, "order": orders["number"], "value": orders["amount"]}
    new = np.flatnonzero(joined_at < NEVER)
    signed = draw_touchpoints(rng, "subscribe", new, joined_at[new], now.population)
    return join_facts([walked, checkouts, signed])
