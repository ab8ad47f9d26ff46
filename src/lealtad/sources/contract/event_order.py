"""Events at one instant: their legal order given the state before, and the state after each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Mask = NDArray[np.bool_]

STATE, _CODE = "state", "_code"
_CLOCKS = ("known_at", "recorded_at")


@dataclass(frozen=True)
class Lifecycle:
    """The lifecycle of a ticket or contract: its states, and the events that lead from one to another.

    Attributes
    ----------
    states
        All states; the first is that before any event.
    steps
        By event, the next state for each state; events not listed change nothing.
    orders
        By state, legal orders of the events at one instant; the first that applies is used. Each is paired with
        the event that it requires ("" for none).
    """

    states: tuple[str, ...]
    steps: dict[str, tuple[str, ...]]
    orders: dict[str, tuple[tuple[str, tuple[str, ...]], ...]]

    @cached_property
    def events(self) -> tuple[str, ...]:
        """All events of the lifecycle."""
        return tuple(
            dict.fromkeys(event for orders in self.orders.values() for _, order in orders for event in order)
        )

    def legal(self, state: str, events: Sequence[str]) -> list[str]:
        """Return different events of one instant in legal order.

        Examples
        --------
        >>> CONTRACT.legal("active", ["start", "end"]), CONTRACT.legal("none", ["end", "start"])
        (['end', 'start'], ['start', 'end'])
        """
        order = next(order for needed, order in self.orders[state] if not needed or needed in events)
        return [event for event in order if event in events]

    def after(self, state: str, event: str) -> str:
        """Return the state after an event."""
        return self.steps[event][self.states.index(state)] if event in self.steps else state

    @cached_property
    def tables(self) -> tuple[Whole, Whole]:
        """By state and set of events: the position of each event (sets × events), and the final state."""
        shape = len(self.states), 2 ** len(self.events)
        places, ends = np.zeros((*shape, len(self.events)), np.int64), np.zeros(shape, np.int64)
        for number, state in enumerate(self.states):
            for bits in range(shape[1]):
                now = state
                events = [event for at, event in enumerate(self.events) if bits >> at & 1]
                for place, event in enumerate(self.legal(state, events)):
                    places[number, bits, self.events.index(event)] = place
                    now = self.after(now, event)
                ends[number, bits] = self.states.index(now)
        return places, ends


_BEGUN = ("start", "renew", "change", "pause", "resume", "cancel_request", "end")
_REPLACED = ("renew", "change", "pause", "resume", "cancel_request", "end", "start")
_RESUMED = ("start", "resume", "renew", "change", "pause", "cancel_request", "end")
_RESUMED_REPLACED = ("resume", "renew", "change", "pause", "cancel_request", "end", "start")
_ACTIVE = ("active",) * 4
CONTRACT = Lifecycle(
    states=("none", "active", "paused", "ended"),
    steps={
        "start": _ACTIVE,
        "renew": _ACTIVE,
        "resume": _ACTIVE,
        "change": ("active", "active", "paused", "ended"),  # a change alone implies that the contract is in force
        "pause": ("paused", "paused", "paused", "ended"),
        "end": ("ended",) * 4,
    },
    orders={
        "none": (("", _BEGUN),),
        "active": (("end", _REPLACED), ("", _BEGUN)),
        "paused": (("end", _RESUMED_REPLACED), ("", _RESUMED)),
        "ended": (("start", _BEGUN), ("renew", _BEGUN), ("", _RESUMED)),
    },
)
TICKET = Lifecycle(
    states=("open", "solved"),
    steps={"solved": ("solved", "solved"), "reopened": ("open", "open")},
    orders={"open": (("", ("solved", "reopened")),), "solved": (("", ("reopened", "solved")),)},
)


def order_events(rows: pl.DataFrame, key: Sequence[str], at: str, course: Lifecycle) -> pl.DataFrame:
    """Return the events of each thing in order, ties in legal order, with the `state` after each.

    The result does not depend on the order of the rows. Several rows of one event and instant occur only in frames
    that were not loaded. Then the row recorded last comes last, and after that all values decide.

    Parameters
    ----------
    rows
        Events with the columns of the `key` of their thing, `event` and the instant `at`, none of them null.
    course
        `CONTRACT` or `TICKET`; unknown events do not change the state, and come last within their instant.

    Returns
    -------
    The rows, sorted, with `state`.

    Notes
    -----
    The state before and the set of events determine the order, by two precomputed tables. All things advance
    together, instant by instant, so the cost is one look-up per event.

    Examples
    --------
    >>> day = pl.DataFrame({"id": ["s"] * 4, "at": [1, 2, 2, 2], "event": ["start", "start", "change", "end"]})
    >>> order_events(day, ["id"], "at", CONTRACT).select("event", "state").rows()
    [('start', 'active'), ('change', 'active'), ('end', 'ended'), ('start', 'active')]
    """
    numbers = {event: number for number, event in enumerate(course.events)}
    code = pl.col("event").replace_strict(numbers, default=len(numbers), return_dtype=pl.Int64)
    by = [*key, at, _CODE, *(name for name in _CLOCKS if name in rows.columns)]
    coded = rows.with_columns(code.alias(_CODE)).sort(by)
    if not _differs(coded, by).all():  # then all values decide
        coded = coded.sort(*by, pl.exclude(by))
    moments = _Moments.of(coded[_CODE].to_numpy(), _differs(coded, key), _differs(coded, [*key, at]), course)
    order, state = moments.order_events()
    placed = coded.drop(_CODE) if order is None else coded.drop(_CODE)[order]
    return placed.with_columns(pl.Series(STATE, course.states, dtype=pl.String).gather(state).alias(STATE))


@dataclass(frozen=True)
class _Moments:
    """Events as numbers, sorted by thing, instant and number.

    Attributes
    ----------
    code
        The event's number; unknown events have the highest.
    moment
        The number of each event's instant, numbered across all things.
    before
        By instant, the number of the state before it.
    bits
        By instant, the set of its events.
    """

    code: Whole
    moment: Whole
    before: Whole
    bits: Whole
    course: Lifecycle

    @classmethod
    def of(cls, code: Whole, new_thing: Mask, new_moment: Mask, course: Lifecycle) -> _Moments:
        """Find the state before each instant; all things advance together, instant by instant."""
        count = len(course.events)
        each = np.where(code < count, 1 << np.minimum(code, count - 1), 0)
        begins = np.flatnonzero(new_moment)
        bits = np.bitwise_or.reduceat(each, begins) if len(begins) else each
        before, ends = np.zeros(len(bits), np.int64), course.tables[1]
        at = np.flatnonzero(new_thing[new_moment])
        past, state = np.append(at[1:], len(bits)), np.zeros(len(at), np.int64)
        while len(at):
            before[at] = state
            state, at = ends[state, bits[at]], at + 1
            goes_on = at < past
            at, past, state = at[goes_on], past[goes_on], state[goes_on]
        return cls(code, np.cumsum(new_moment) - 1, before, bits, course)

    def order_events(self) -> tuple[Whole | None, Whole]:
        """Return the legal order of the events (None: already in order), and the state after each in it."""
        state = self.course.tables[1][self.before, self.bits][self.moment].astype(np.int64)
        tied = np.flatnonzero(np.bincount(self.moment)[self.moment] > 1) if len(self.code) else self.code
        if not len(tied):
            return None, state
        moment, code = self.moment[tied], self.code[tied]
        count = len(self.course.events)
        places = self.course.tables[0][self.before[moment], self.bits[moment], np.minimum(code, count - 1)]
        within = np.lexsort((np.where(code < count, places, count), moment))
        order = np.arange(len(self.code))
        order[tied] = tied[within]
        state[tied] = self._step_states(moment, code[within])
        return order, state

    def _step_states(self, moment: Whole, code: Whole) -> Whole:
        """Return the state after each of the tied events, which are in legal order."""
        after = np.array(
            [
                [self.course.states.index(self.course.after(state, event)) for event in (*self.course.events, "")]
                for state in self.course.states
            ]
        )
        starts = np.flatnonzero(np.diff(moment, prepend=-1))
        past, now = np.append(starts[1:], len(moment)), self.before[moment[starts]]
        state = np.zeros(len(moment), np.int64)
        at = starts
        while len(at):
            now = after[now, code[at]]
            state[at], at = now, at + 1
            goes_on = at < past
            at, past, now = at[goes_on], past[goes_on], now[goes_on]
        return state


def _differs(rows: pl.DataFrame, names: Sequence[str]) -> Mask:
    """Mark the rows that differ from the row before in any of the columns; the first row counts as different."""
    new = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift()) for name in names)
    mask = rows.select(new.alias("new"))["new"].to_numpy().copy()
    mask[:1] = True
    return mask
