"""One block of customers, week by week, from nothing to facts and truth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.sources.simulated.arrays import Facts, Ints, joined, kept
from lealtad.sources.simulated.campaigns import campaign_week
from lealtad.sources.simulated.hazard import read
from lealtad.sources.simulated.journey import journey_week, remembered_by, touched
from lealtad.sources.simulated.now import Now
from lealtad.sources.simulated.orders import orders_week
from lealtad.sources.simulated.presence import Presence
from lealtad.sources.simulated.state import Schedule, State, awakened, begun
from lealtad.sources.simulated.subscriptions import earlier, subscription_week
from lealtad.sources.simulated.surveys import after_orders, after_service, relational_week
from lealtad.sources.simulated.tickets import hardness, leave_pain, tickets_week
from lealtad.sources.simulated.truth import truth_rows
from lealtad.sources.simulated.weeks import NEVER

if TYPE_CHECKING:
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.world import World

PROCESSES = ("mood", "contracts", "journey", "orders", "tickets", "surveys", "campaigns", "recording")
Luck = dict[str, np.random.Generator]


@dataclass(frozen=True)
class Lived:
    """What a block lived through: the facts of each process, who was there when, and the truth."""

    facts: dict[str, Facts]
    presence: Presence
    began_at: Ints
    truth: pl.DataFrame


@dataclass(frozen=True)
class _Passed:
    state: State
    facts: dict[str, Facts]
    left_at: Ints
    joined_at: Ints


def lived(population: Population, world: World, luck: Luck) -> Lived:
    """Let a block of customers live through all weeks."""
    weeks = world.weeks
    state = begun(luck["mood"], population, weeks)
    schedule, presence = Schedule(weeks.count, population.size), Presence(weeks, population.size)
    ledger: dict[str, list[Facts]] = {"subscriptions": [earlier(population, state, weeks)]}
    truth: list[pl.DataFrame] = []
    began_at = population.began_at
    before: dict[str, int] = {}
    for week in range(weeks.count + 1):
        arrived = population.met_at < weeks.as_of(week)
        state = awakened(luck["mood"], state, schedule.due(week), arrived)
        reading = read(state, population, world, week)
        if (weeks.count - week) % world.scenario.truth_every_weeks == 0:
            truth.append(truth_rows(reading, state.alive, population, weeks.as_of(week)))
        if week == weeks.count:
            break
        staying = np.full(population.size, NEVER)
        now = Now(world, population, schedule, state, reading, week, staying)
        passed = _passed(now, luck, before)
        presence.note(week, state.alive, passed.left_at)
        began_at = np.minimum(began_at, passed.joined_at)
        for name, part in passed.facts.items():
            ledger.setdefault(name, []).append(part)
            before[name] = before.get(name, 0) + part["who"].size
        state = passed.state
    facts = {name: joined(parts) for name, parts in ledger.items()}
    return Lived(facts, presence, began_at, pl.concat(truth))


def _passed(start: Now, luck: Luck, before: dict[str, int]) -> _Passed:
    """Let a week pass: contracts first, for who leaves in it acts only until then."""
    contracts = subscription_week(luck["contracts"], start)
    now = replace(start, left_at=contracts.left_at)
    orders = _bought(luck["orders"], now, before)
    touchpoints = _walked(luck["journey"], now, orders, contracts.joined_at)
    tickets = tickets_week(luck["tickets"], now)
    leave_pain(now.schedule, now.weeks, tickets)
    surveys = [
        relational_week(luck["surveys"], now),
        after_orders(luck["surveys"], now, orders),
        after_service(
            luck["surveys"],
            now,
            _numbered("tickets", tickets, before),
            hardness(luck["tickets"], now, tickets),
            _numbered("touchpoints", touchpoints, before),
        ),
    ]
    campaign = campaign_week(luck["campaigns"], now)
    touchpoints = joined([touchpoints, campaign.touchpoints])
    facts = {
        "subscriptions": contracts.facts,
        "orders": orders,
        "touchpoints": touchpoints,
        "tickets": tickets,
        "surveys": joined(surveys),
        "interventions": campaign.facts,
    }
    following = replace(contracts.state, contacts=campaign.contacts)
    state = remembered_by(following, touchpoints, now.week)
    return _Passed(state, facts, contracts.left_at, contracts.joined_at)


def _bought(rng: np.random.Generator, now: Now, before: dict[str, int]) -> Facts:
    drawn = orders_week(rng, now)
    return _numbered("orders", kept(drawn, now.before_leaving(drawn)), before)


def _numbered(name: str, facts: Facts, before: dict[str, int]) -> Facts:
    """Give the facts of a week the numbers that follow those of the weeks before."""
    return {**facts, "number": before.get(name, 0) + np.arange(facts["who"].size)}


def _walked(rng: np.random.Generator, now: Now, orders: Facts, joined_at: Ints) -> Facts:
    drawn = journey_week(rng, now)
    walked = kept(drawn, now.before_leaving(drawn))
    checkouts = touched(rng, "order", orders["who"], orders["at"], now.population)
    checkouts = {**checkouts, "order": orders["number"], "value": orders["amount"]}
    new = np.flatnonzero(joined_at < NEVER)
    signed = touched(rng, "subscribe", new, joined_at[new], now.population)
    return joined([walked, checkouts, signed])
