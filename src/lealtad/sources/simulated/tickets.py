"""Tickets: what happens to each from its creation to its last solution, and the pain that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import Facts, Flags, Floats, Ints, filter_facts
from lealtad.sources.simulated.draws import (
    draw_categories,
    draw_choices,
    draw_flags,
    draw_moments,
    draw_occurrences,
    draw_spread,
)
from lealtad.sources.simulated.population import CHANNELS
from lealtad.sources.simulated.weeks import DAY, HOUR, MINUTE, NEVER, SECOND, WEEK

if TYPE_CHECKING:
    from lealtad.sources.simulated.state import Schedule
    from lealtad.sources.simulated.support_desks import Desk
    from lealtad.sources.simulated.week_start import WeekStart
    from lealtad.sources.simulated.weeks import Weeks

PRIORITIES = ("urgent", "high", "normal", "low")
_PRIORITY_WEIGHTS = (5.0, 20.0, 55.0, 20.0)
_FIRST_REPLY_HOURS = np.array([0.7, 2.0, 4.0, 8.0])
CATEGORIES = ("billing", "delivery", "technical", "account", "product")
_CATEGORY_WEIGHTS = (25.0, 20.0, 30.0, 15.0, 10.0)
MOST_ROUNDS, MOST_REOPENINGS = 4, 2
_PER_WEEK, _FIRST_MONTH_WEEKS = 0.069, 4
_BY_AGENT, _BOT, _NOTE, _SPAM, _TWIN = 0.04, 0.6, 0.15, 0.005, 0.02
_STUCK, _REOPENED, _ANOTHER_ROUND = 0.06, 0.08, 0.35
_PRESSED, _BAD_START, _USUAL_START = 0.7, 8.0, 1.3
_PATIENT_HOURS, _MOST_DOUBLINGS, _SLOWER = 4.0, 3, 8.0
_OLD = 7 * DAY
# business hours, so that no two events of a ticket coincide
_BRIEFLY = 2.0 / 60.0


def draw_tickets_week(rng: np.random.Generator, now: WeekStart) -> Facts:
    """Draw the tickets of a week with all their later instants; `NEVER` if something does not happen.

    Conversation rounds and reopenings are numbered columns: `asked_1, told_1, …`, `reopened_1, resolved_1`.
    """
    ticket, desks = _draw_openings(rng, now), now.world.desks
    who, at, desk, by_agent = (ticket[name] for name in ("who", "at", "desk", "by_agent"))
    priority = draw_categories(rng, _PRIORITY_WEIGHTS, who.size)
    pace = now.world.backlogs[now.week][desk] * np.where(now.is_pressed_by("slow_reply")[who], _SLOWER, 1.0)
    wait = draw_spread(rng, _FIRST_REPLY_HOURS[priority] * pace, 0.9)
    first = _add_business_hours(desks, desk, at, wait + _BRIEFLY)
    channel = draw_choices(rng, now.population.channels[who])
    has_bot = (channel <= CHANNELS.index("app")) & ~by_agent
    ticket |= {
        "priority": priority,
        "category": draw_categories(rng, _CATEGORY_WEIGHTS, who.size),
        "channel": channel,
        "wait_hours": wait,
        "first": first,
        "bot": _select_instants(draw_flags(rng, np.where(has_bot, _BOT, 0.0)), at + 20 * SECOND),
        "note": _select_instants(
            draw_flags(rng, np.where(by_agent, 0.0, _NOTE)), _add_business_hours(desks, desk, at, wait / 2.0)
        ),
        "spam_at": _select_instants(draw_flags(rng, np.where(by_agent, 0.0, _SPAM)), first),
        "newborn": now.week - now.state.began_week[who] < _FIRST_MONTH_WEEKS,
    }
    _draw_resolution(rng, now, ticket, _draw_conversation(rng, ticket, desks))
    return ticket


def draw_twins(rng: np.random.Generator, tickets: Facts, desks: tuple[Desk, ...]) -> Facts:
    """Draw the second tickets that a few customers open about the same matter, and their merges.

    `original` is the position of the surviving ticket.
    """
    able = (tickets["by_agent"] == 0) & (tickets["spam_at"] == NEVER)
    original = np.flatnonzero(draw_flags(rng, _TWIN * able))
    parent = {name: tickets[name][original] for name in ("who", "desk", "priority", "category", "channel")}
    at = tickets["at"][original] + rng.integers(10 * MINUTE, 20 * HOUR, original.size)
    merged = _add_business_hours(desks, parent["desk"], at, rng.uniform(0.2, 3.0, original.size))
    return {**parent, "at": at, "merged_at": merged, "original": original}


def schedule_effects(schedule: Schedule, weeks: Weeks, tickets: Facts) -> None:
    """Schedule the effects of a week's tickets on their customers, each from the time it is a fact."""
    real = filter_facts(tickets, tickets["spam_at"] == NEVER)
    schedule.add("slow_reply", weeks.find_next_week(real["first"]), real["who"], _count_doublings(real))
    for number in range(1, MOST_REOPENINGS + 1):
        again = filter_facts(real, real[f"reopened_{number}"] < NEVER)
        schedule.add("reopened_ticket", weeks.find_next_week(again[f"reopened_{number}"]), again["who"], 1.0)
        _schedule_open_time(schedule, weeks, again, again[f"reopened_{number}"], again[f"resolved_{number}"])
    _schedule_open_time(schedule, weeks, real, real["at"], real["solved"])
    early = filter_facts(real, real["newborn"].astype(np.bool_))
    schedule.add("bad_first_month", weeks.find_next_week(early["at"]), early["who"], 1.0)


def draw_hardness(rng: np.random.Generator, now: WeekStart, tickets: Facts) -> Floats:
    """Draw how hard each ticket was for its customer: 0 for easy, 1 for hard, more for worse."""
    rounds = sum((tickets[f"replied_to_{n}"] < NEVER).astype(float) for n in range(1, MOST_ROUNDS + 1))
    pressed = now.is_pressed_by("high_effort")[tickets["who"]]
    hard = 0.2 * _count_doublings(tickets) + 0.2 * rounds + 0.5 * (tickets["reopened_1"] < NEVER) + 1.3 * pressed
    return np.asarray(hard + rng.normal(0.0, 0.2, pressed.size))


def _draw_openings(rng: np.random.Generator, now: WeekStart) -> Facts:
    """Draw who opens a ticket and when; agents open theirs in business hours."""
    who = draw_occurrences(rng, _compute_rate(now))
    desk = now.population.desk[who]
    at = draw_moments(rng, now.as_of, now.population.utc_offset[who])
    by_agent = draw_flags(rng, np.full(who.size, _BY_AGENT))
    at = np.where(by_agent, _add_business_hours(now.world.desks, desk, at, np.zeros(who.size)), at)
    opened: Facts = {"who": who, "at": at, "desk": desk, "by_agent": by_agent}
    return filter_facts(opened, now.is_before_end(opened) & (at < now.as_of + WEEK))


def _count_doublings(tickets: Facts) -> Floats:
    """Count the doublings of the wait for an agent; none if an agent opened the ticket."""
    wait = np.where(tickets["by_agent"], 0.0, tickets["wait_hours"])
    return np.log2(np.clip(wait / _PATIENT_HOURS, 1.0, 2.0**_MOST_DOUBLINGS))


def _compute_rate(now: WeekStart) -> Floats:
    newborn = now.state.is_subscribed & (now.week - now.state.began_week < _FIRST_MONTH_WEEKS)
    early = np.where(now.is_pressed_by("bad_first_month"), _BAD_START, _USUAL_START)
    return np.asarray(_PER_WEEK * now.population.trouble * now.state.is_subscribed * np.where(newborn, early, 1.0))


def _draw_conversation(rng: np.random.Generator, ticket: Facts, desks: tuple[Desk, ...]) -> Ints:
    """Add the rounds between customer and agent, and return the agent's last reply."""
    last, wait = ticket["first"], ticket["wait_hours"]
    going = np.ones(wait.size, np.bool_)
    for number in range(1, MOST_ROUNDS + 1):
        going = going & draw_flags(rng, np.full(wait.size, _ANOTHER_ROUND))
        asked = last + (rng.exponential(5.0, wait.size) * HOUR).astype(np.int64) + MINUTE
        replied = _add_business_hours(
            desks, ticket["desk"], asked, draw_spread(rng, 0.4 * wait + 0.2, 0.6) + _BRIEFLY
        )
        ticket[f"asked_{number}"], ticket[f"replied_to_{number}"] = (
            _select_instants(going, asked),
            _select_instants(going, replied),
        )
        last = np.where(going, replied, last)
    return last


def _draw_resolution(rng: np.random.Generator, now: WeekStart, ticket: Facts, last: Ints) -> None:
    """Add when the ticket is solved, reopened and solved again."""
    who, desk, desks = ticket["who"], ticket["desk"], now.world.desks
    stuck = draw_flags(rng, np.where(now.is_pressed_by("unsolved_ticket")[who], _PRESSED, _STUCK))
    hours = draw_spread(rng, np.where(stuck, 300.0, 2.0), 0.7)
    closed = _add_business_hours(desks, desk, last, hours + _BRIEFLY)
    ticket["solved"] = closed
    again = ticket["spam_at"] == NEVER
    for number in range(1, MOST_REOPENINGS + 1):
        share = np.where(now.is_pressed_by("reopened_ticket")[who], _PRESSED, _REOPENED * number)
        again = again & draw_flags(rng, share)
        reopened = closed + (rng.exponential(30.0, who.size) * HOUR).astype(np.int64) + MINUTE
        replied = _add_business_hours(
            desks, desk, reopened, draw_spread(rng, np.full(who.size, 8.0), 0.8) + _BRIEFLY
        )
        closed = _add_business_hours(desks, desk, replied, np.full(who.size, _BRIEFLY))
        ticket[f"reopened_{number}"], ticket[f"resolved_{number}"] = (
            _select_instants(again, reopened),
            _select_instants(again, closed),
        )
        ticket[f"replied_{number}"] = _select_instants(again, replied)


def _schedule_open_time(schedule: Schedule, weeks: Weeks, tickets: Facts, opened: Ints, closed: Ints) -> None:
    on = np.maximum(weeks.find_next_week(tickets["at"] + _OLD), weeks.find_next_week(opened))
    off = weeks.find_next_week(closed)
    counts = off > on
    who = tickets["who"][counts]
    schedule.add("unsolved", on[counts], who, 1.0)
    schedule.add("unsolved", off[counts], who, -1.0)


def _add_business_hours(desks: tuple[Desk, ...], desk: Ints, at: Ints, hours: Floats) -> Ints:
    """Return the instants some business hours later, each at its own desk."""
    return np.where(desk == 0, desks[0].add_business_hours(at, hours), desks[1].add_business_hours(at, hours))


def _select_instants(flags: Flags, at: Ints) -> Ints:
    return np.where(flags, at, NEVER)
