"""The state of a card as a fold of its events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from lealtad.desk.event_kinds import NO_CONTACT, OTHER_ACTION, OTHER_DATE, Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class CardEvent(Protocol):
    """The fields of an event that determine the state of a card."""

    id: int
    kind: str
    person_id: int | None
    assignee_id: int | None
    action: str
    outcome: str
    code: str
    until: datetime | None
    undoes_id: int | None


@dataclass(frozen=True)
class CardState:
    """The state of the work on a card.

    Attributes
    ----------
    claimed_by_id, claimed_until
        The person who works on it, and when the claim lapses; null if nobody does.
    action
        The action chosen by a person or a night; empty means as suggested.
    next_at
        When a waiting card is due again.
    """

    status: str = Status.OPEN
    claimed_by_id: int | None = None
    claimed_until: datetime | None = None
    action: str = ""
    outcome: str = ""
    next_at: datetime | None = None


def fold_events(events: Iterable[CardEvent]) -> CardState:
    """Return the state after all events; undone events are ignored.

    Parameters
    ----------
    events
        All events of one card, in any order.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> claim = SimpleNamespace(id=1, kind="claimed", person_id=7, assignee_id=None, action="", outcome="",
    ...                         code="", until=None, undoes_id=None)
    >>> fold_events([claim]).claimed_by_id
    7
    """
    ordered = sorted(events, key=lambda event: event.id)
    undone = {event.undoes_id for event in ordered if event.undoes_id is not None}
    state = CardState()
    for event in ordered:
        if event.id not in undone and event.kind in _STEPS:
            state = _STEPS[event.kind](state, event)
    return state


def _claim(state: CardState, event: CardEvent) -> CardState:
    person = event.assignee_id or event.person_id
    return replace(state, status=Status.OPEN, claimed_by_id=person, claimed_until=event.until, next_at=None)


def _assign(state: CardState, event: CardEvent) -> CardState:
    """Assign the card to another person; a date agreed with the customer stays."""
    if state.status == Status.WAITING:
        return replace(state, claimed_by_id=event.assignee_id)
    return _claim(state, event)


def _release(state: CardState, _: CardEvent) -> CardState:
    return replace(state, status=Status.OPEN, claimed_by_id=None, claimed_until=None, next_at=None)


def _note_outcome(state: CardState, event: CardEvent) -> CardState:
    waits = event.until is not None and event.outcome in ("promised", *NO_CONTACT)
    status = Status.WAITING if waits else Status.DONE
    until = event.until if waits else None
    return replace(_claim_if_free(state, event), status=status, outcome=event.outcome, next_at=until)


def _override(state: CardState, event: CardEvent) -> CardState:
    if event.code == OTHER_ACTION:
        return replace(state, action=event.action)
    if event.code == OTHER_DATE:
        return replace(_claim_if_free(state, event), status=Status.WAITING, next_at=event.until)
    return replace(_claim_if_free(state, event), status=Status.SKIPPED, next_at=None)


def _snooze(state: CardState, event: CardEvent) -> CardState:
    return replace(_claim_if_free(state, event), status=Status.WAITING, next_at=event.until)


def _close(state: CardState, _: CardEvent) -> CardState:
    return replace(state, status=Status.CLOSED, next_at=None)


def _refresh(state: CardState, _: CardEvent) -> CardState:
    """Use the suggestion of a night that lists the customer again; the claim stays."""
    return replace(state, action="")


def _claim_if_free(state: CardState, event: CardEvent) -> CardState:
    """Claim an unclaimed card for the person who acted on it."""
    return state if state.claimed_by_id else replace(state, claimed_by_id=event.person_id)


_STEPS = {
    Kind.CLAIMED: _claim,
    Kind.ASSIGNED: _assign,
    Kind.RELEASED: _release,
    Kind.OUTCOME: _note_outcome,
    Kind.OVERRIDE: _override,
    Kind.SNOOZED: _snooze,
    Kind.CLOSED: _close,
    Kind.REFRESHED: _refresh,
}
