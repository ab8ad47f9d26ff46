"""Subscriptions: who buys, renews, changes, pauses, churns and returns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lealtad.sources.simulated.arrays import AnyArray, Facts, Flags, Floats, Ints, find_positions, join_facts
from lealtad.sources.simulated.draws import draw_instants
from lealtad.sources.simulated.message import put_off_ends
from lealtad.sources.simulated.state import ACTIVE, ENDED, LOST, PAUSED, PROSPECT, State
from lealtad.sources.simulated.weeks import NEVER, WEEK

if TYPE_CHECKING:
    from lealtad.sources.simulated.population import Population
    from lealtad.sources.simulated.week_start import WeekStart
    from lealtad.sources.simulated.weeks import Weeks

EVENTS = ("start", "renew", "change", "pause", "resume", "cancel_request", "end")
START, RENEW, CHANGE, PAUSE, RESUME, CANCEL_REQUEST, END = range(7)
VOLUNTARY, INVOLUNTARY, NOT_AN_END = 1, 0, -1
_UNPAID_BY_CARD, _UNPAID = 0.0016, 0.0006
_PAUSES, _CHANGES, _UPGRADES, _GIVES_UP = 0.0012, 0.0015, 0.5, 0.07
_ANNOUNCES, _FALSE_ALARMS = 0.7, 0.0004
# weekly chance of a return, and for how many weeks: a failed payment is often fixed, a decision rarely reversed
_RETURNS, _RETURNS_WEEKS, _PAYS_AGAIN, _PAYS_AGAIN_WEEKS = 0.003, 26, 0.12, 4
_RISES_OF_YEARS, _RISES_OF_QUARTERS, _LEAST_RISE, _RISE_SPREAD = 0.35, 0.12, 0.04, 0.12
_HALF_A_YEAR = 26


@dataclass(frozen=True)
class SubscriptionWeek:
    """One week of subscriptions: the state after it, the facts, and the times of ends, starts and resumptions."""

    state: State
    facts: Facts
    ended_at: Ints
    joined_at: Ints


@dataclass(frozen=True)
class _Moves:
    """The customers and what each does in the week, at `when`."""

    when: Ints
    leaves: Flags
    unpaid: Flags
    pauses: Flags
    wakes: Flags
    buys: Flags
    resumes: Flags
    gives_up: Flags
    changes: Flags
    asks_to_cancel: Flags
    renews: Flags

    @property
    def ends(self) -> Flags:
        return self.leaves | self.unpaid

    @property
    def joins(self) -> Flags:
        return self.buys | self.resumes


def list_earlier_events(population: Population, state: State, weeks: Weeks) -> Facts:
    """Return the starts and the last renewals before the first week."""
    old = population.began_at < weeks.start
    term = population.term_weeks * WEEK
    renewed_at = state.term_end - term
    renewed = old & (renewed_at > population.began_at)
    first_end = population.began_at + term
    return join_facts(
        [
            _build_events(START, old, population.began_at, amount=population.price, term_end=first_end),
            _build_events(RENEW, renewed, renewed_at, amount=population.price, term_end=state.term_end),
        ]
    )


def draw_subscription_week(rng: np.random.Generator, now: WeekStart) -> SubscriptionWeek:
    """Draw one week; voluntary ends depend on the hazard and nothing else."""
    # the same number of draws in every scenario, so that companies of one seed can be compared
    draws = rng.random((9, now.population.size))
    ends, reached = put_off_ends(now.state.is_subscribed & (draws[0] < now.reading.hazard), now)
    moves = _draw_moves(draws, draw_instants(rng, now.as_of, now.population.size), ends, now)
    rise = _draw_rises(draws[7], moves.renews, now)
    now.schedule.add("price_rise", np.full(rise.size, now.week + 1), np.arange(rise.size), rise / 0.10)
    renewed = np.round(now.state.price * (1.0 + rise), 2)
    factor = np.where(draws[8] < _UPGRADES, 1.3, 0.8)
    price = np.where(moves.changes, np.round(renewed * factor, 2), renewed)
    term_end = np.where(moves.joins, moves.when, now.state.term_end)
    term_end = term_end + (moves.joins | moves.renews) * now.population.term_weeks * WEEK
    asked_at = now.as_of + ((moves.when - now.as_of) * draws[8]).astype(np.int64)
    changed_at = np.where(moves.renews, np.maximum(moves.when, now.state.term_end + 1), moves.when)
    facts = [
        _build_events(START, moves.buys, moves.when, amount=price, term_end=term_end),
        _build_events(RENEW, moves.renews, now.state.term_end, amount=renewed, term_end=term_end),
        _build_events(CHANGE, moves.changes, changed_at, amount=price),
        _build_events(PAUSE, moves.pauses, moves.when),
        _build_events(
            RESUME, moves.wakes | moves.resumes, moves.when, **_get_terms(now, moves, renewed, term_end)
        ),
        _build_events(CANCEL_REQUEST, moves.asks_to_cancel, asked_at),
        _build_events(END, moves.leaves, moves.when, voluntary=np.full(rise.size, VOLUNTARY)),
        _build_events(END, moves.unpaid, moves.when, voluntary=np.full(rise.size, INVOLUNTARY)),
    ]
    return SubscriptionWeek(
        replace(_apply_moves(now, moves, draws[8]), price=price, term_end=term_end, reached=reached),
        join_facts(facts),
        np.where(moves.ends, moves.when, NEVER),
        np.where(moves.joins, moves.when, NEVER),
    )


def _draw_moves(draws: Floats, when: Ints, leaves: Flags, now: WeekStart) -> _Moves:
    state, subscribed = now.state, now.state.is_subscribed
    fails = draws[1] < np.where(now.population.pays_by_card, _UNPAID_BY_CARD, _UNPAID)
    stays = subscribed & ~leaves & ~fails
    pauses = stays & (state.phase == ACTIVE) & (draws[2] < _PAUSES)
    courting = state.phase == PROSPECT
    buys = courting & (draws[4] < now.population.eagerness)
    return _Moves(
        when=when,
        leaves=leaves,
        unpaid=subscribed & ~leaves & fails,
        pauses=pauses,
        wakes=stays & (state.phase == PAUSED) & (state.changed_week <= now.week),
        buys=buys,
        resumes=(state.phase == ENDED) & (draws[3] < _compute_return_chances(state, now.week)),
        gives_up=courting & ~buys & (draws[4] > 1.0 - _GIVES_UP),
        changes=stays & (state.phase == ACTIVE) & ~pauses & (draws[5] < _CHANGES),
        asks_to_cancel=(leaves & (draws[6] < _ANNOUNCES)) | (stays & (draws[6] < _FALSE_ALARMS)),
        renews=stays & (state.term_end < now.as_of + WEEK),
    )


def _apply_moves(now: WeekStart, moves: _Moves, draws: Floats) -> State:
    state, week = now.state, now.week
    phase = state.phase
    for flags, following in (
        (moves.ends, ENDED),
        (moves.pauses, PAUSED),
        (moves.wakes | moves.joins, ACTIVE),
        (moves.gives_up, LOST),
    ):
        phase = np.where(flags, following, phase)
    back = week + 3 + (draws * 7).astype(np.int64)
    changed = np.where(moves.pauses, back, np.where(moves.ends, week, state.changed_week))
    return replace(
        state,
        phase=phase,
        began_week=np.where(moves.buys, week, state.began_week),
        changed_week=changed,
        ended_voluntarily=(state.ended_voluntarily & ~moves.unpaid) | moves.leaves,
    )


def _get_terms(now: WeekStart, moves: _Moves, price: Floats, term_end: Ints) -> dict[str, AnyArray]:
    """Return the price and term at a resumption: those before a renewal later in the week."""
    before = moves.renews & (moves.when < now.state.term_end)
    return {
        "amount": np.where(before, now.state.price, price),
        "term_end": np.where(before, now.state.term_end, term_end),
    }


def _compute_return_chances(state: State, week: int) -> Floats:
    since = week - state.changed_week
    returns, pays_again = _RETURNS * (since <= _RETURNS_WEEKS), _PAYS_AGAIN * (since <= _PAYS_AGAIN_WEEKS)
    return np.where(state.ended_voluntarily, returns, pays_again)


def _draw_rises(draws: Floats, renews: Flags, now: WeekStart) -> Floats:
    share = np.where(now.population.term_weeks > _HALF_A_YEAR, _RISES_OF_YEARS, _RISES_OF_QUARTERS)
    share = np.where(now.is_pressed_by("price_rise"), 1.0, share)
    # the draw that decides whether the price rises also decides how much
    return np.where(renews & (draws < share), _LEAST_RISE + _RISE_SPREAD * draws / share, 0.0)


def _build_events(event: int, flags: Flags, at: Ints, **given: AnyArray) -> Facts:
    who = find_positions(flags)
    absent = {"amount": np.nan, "term_end": NEVER, "voluntary": NOT_AN_END}
    details = {
        name: given[name][who] if name in given else np.full(who.size, nothing) for name, nothing in absent.items()
    }
    return {"who": who, "at": at[who], "event": np.full(who.size, event), **details}
