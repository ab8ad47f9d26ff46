"""Progress of the day by team, outcomes by action, and the worth of one more contact; people are not ranked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.base.intervals import compute_wilson_interval
from lealtad.desk import clock
from lealtad.desk.claims import count_claims_today
from lealtad.desk.event_kinds import NO_CONTACT, Kind, Status
from lealtad.desk.models import Card, Event, Night, Person
from lealtad.worklist.capacity_scenarios import FILE, SCHEMA

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True)
class TeamProgress:
    """The state of a team's customers on the newest list, and its late cards.

    Attributes
    ----------
    capacity
        Contacts a day that the playbook allows the team; null without a limit.
    last_gain
        Expected gain of the last customer listed: about what one more contact would bring. Null if the list
        does not fill the capacity, so that more capacity would bring nothing.
    """

    team: str
    listed: int
    counts: dict[str, int]
    late: int
    claims_today: int
    capacity: int | None
    last_gain: float | None


@dataclass(frozen=True)
class ActionOutcomes:
    """How contacts of an action ended, with the 95 % interval of the share that accepted."""

    action: str
    contacts: int
    reached: int
    accepted: int
    share: float | None
    low: float | None
    high: float | None


def compute_progress(person: Person, night: Night | None) -> list[TeamProgress]:
    """Return the progress of the teams that a person may see."""
    if night is None:
        return []
    cards = Card.objects.filter(night=night)
    teams = [person.team] if person.team else sorted(set(cards.values_list("team", flat=True)))
    return [_measure_team(night, team) for team in teams]


def read_capacity_scenarios(out: Path, team: str = "") -> list[dict[str, Any]]:
    """Return what more contacts a day would bring, by owner, as the night computed it; else none."""
    path = out / FILE
    if not path.is_file():
        return []
    rows = pl.read_csv(path, schema_overrides=SCHEMA)
    return (rows.filter(owner=team) if team else rows).to_dicts()


def _measure_team(night: Night, team: str) -> TeamProgress:
    rows = Card.objects.filter(night=night, team=team)
    capacity = night.owners.get(team)
    gains = list(rows.values_list("expected_gain", flat=True))
    # customers chosen by a random draw may lose money, so they do not show the worth of the next contact
    worth = [gain for gain in gains if gain is not None and gain > 0]
    is_full = capacity is not None and len(gains) >= capacity and bool(worth)
    return TeamProgress(
        team=team,
        listed=rows.count(),
        counts=dict(Counter(rows.values_list("status", flat=True))),
        late=list_late_cards(team).count(),
        claims_today=count_claims_today(team=team),
        capacity=capacity,
        last_gain=min(worth) if is_full else None,
    )


def list_late_cards(team: str = "") -> Any:
    """Return the cards whose day to act, or whose next date, has passed."""
    from django.db.models import Q

    late = Q(status=Status.OPEN, due_by__lt=clock.begin_day()) | Q(status=Status.WAITING, next_at__lt=clock.now())
    cards = Card.objects.filter(late).defer("details")
    return cards.filter(team=team) if team else cards


def compute_outcomes(since: datetime, team: str = "") -> list[ActionOutcomes]:
    """Return the outcomes of contacts by action since a moment, for all people together."""
    events = Event.objects.filter(kind=Kind.OUTCOME, at__gte=since, undone_by=None, listed=True)
    events = events.filter(team=team) if team else events
    counts: dict[str, Counter[str]] = {}
    for action, outcome in events.values_list("action", "outcome"):
        counts.setdefault(action, Counter())[outcome] += 1
    return [_measure_action(action, counts[action]) for action in sorted(counts)]


def _measure_action(action: str, outcomes: Counter[str]) -> ActionOutcomes:
    contacts, accepted = outcomes.total(), outcomes["accepted"]
    reached = contacts - sum(outcomes[outcome] for outcome in NO_CONTACT)
    if not reached:
        return ActionOutcomes(action, contacts, 0, 0, None, None, None)
    low, high = compute_wilson_interval(accepted, reached)
    return ActionOutcomes(action, contacts, reached, accepted, accepted / reached, low, high)
