"""The desk's events as facts for the lake: contacts, outcomes and overrides, each taken once.

An event becomes a fact when it can no longer be undone. Keys come from the events, so that taking them twice adds
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
from django.conf import settings

from lealtad.base.instants import INSTANT
from lealtad.desk import clock
from lealtad.desk.event_kinds import NO_CONTACT, Kind
from lealtad.desk.models import Event
from lealtad.desk.timeline import DESK_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

_OVERLAP = timedelta(days=1)
_BEYOND = "beyond_list"
INTERVENTIONS = {
    "customer_id": pl.String,
    "campaign_id": pl.String,
    "assigned_at": INSTANT,
    "arm": pl.String,
    "action": pl.String,
    "contacted_at": INSTANT,
    "outcome": pl.String,
    "recorded_at": INSTANT,
}
TOUCHPOINTS = {
    "touchpoint_id": pl.String,
    "customer_id": pl.String,
    "occurred_at": INSTANT,
    "stage": pl.String,
    "channel": pl.String,
    "touchpoint": pl.String,
    "initiated_by": pl.String,
    "owner": pl.String,
    "outcome": pl.String,
}
OVERRIDES = {
    "override_id": pl.String,
    "list_id": pl.String,
    "customer_id": pl.String,
    "occurred_at": INSTANT,
    "code": pl.String,
    "words": pl.String,
    "until": INSTANT,
    "known_at": INSTANT,
}


@dataclass(frozen=True)
class DeskFacts:
    """What happened at the desk, as tables.

    Attributes
    ----------
    interventions
        One row per outcome of a contact. A listed customer's belongs to the assignment of the list. A contact
        beyond the list is an assignment of its own, in the campaign `beyond_list-YYYY-MM`.
    touchpoints
        One row per contact that reached its customer.
    overrides
        One row per decision not to follow the suggestion.
    until
        The time up to which events were taken.
    """

    interventions: pl.DataFrame
    touchpoints: pl.DataFrame
    overrides: pl.DataFrame
    until: datetime


def collect_facts(since: datetime | None = None) -> DeskFacts:
    """Collect the events that can no longer be undone.

    Parameters
    ----------
    since
        The time up to which the last night took them; None takes all. Events of one more day are collected again,
        so that none is missed that was just being written.
    """
    until = clock.now() - timedelta(minutes=settings.DESK_UNDO_MINUTES)
    events = Event.objects.filter(
        kind__in=[Kind.OUTCOME, Kind.OVERRIDE, Kind.SNOOZED], undone_by=None, at__lt=until
    )
    if since is not None:
        events = events.filter(at__gte=since - _OVERLAP)
    taken = list(events.order_by("id"))
    outcomes = [event for event in taken if event.kind == Kind.OUTCOME]
    return DeskFacts(
        _build(map(_describe_intervention, _take_last(outcomes)), INTERVENTIONS),
        _build((_describe_touchpoint(e) for e in outcomes if e.outcome not in NO_CONTACT), TOUCHPOINTS),
        _build((_describe_override(e) for e in taken if e.kind != Kind.OUTCOME), OVERRIDES),
        until,
    )


def _build(rows: Iterable[dict[str, Any]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _take_last(outcomes: list[Event]) -> list[Event]:
    """Return for each assignment the last outcome that reached the customer, else the last outcome."""
    last: dict[tuple[Any, ...], Event] = {}
    for event in outcomes:
        key = _find_assignment(event)
        before = last.get(key)
        if before is None or event.outcome not in NO_CONTACT or before.outcome in NO_CONTACT:
            last[key] = event
    return list(last.values())


def _find_assignment(event: Event) -> tuple[str, str, datetime]:
    if event.listed and event.list_as_of is not None:
        return event.customer_id, event.campaign_id, event.list_as_of
    return event.customer_id, f"{_BEYOND}-{event.at:%Y-%m}", event.at


def _describe_intervention(event: Event) -> dict[str, Any]:
    customer, campaign, assigned_at = _find_assignment(event)
    return {
        "customer_id": customer,
        "campaign_id": campaign,
        "assigned_at": assigned_at,
        "arm": "treated",
        "action": event.action or None,
        "contacted_at": event.at,
        "outcome": event.outcome,
        "recorded_at": event.at,
    }


def _describe_touchpoint(event: Event) -> dict[str, Any]:
    return {
        "touchpoint_id": f"{DESK_PREFIX}{event.pk}",
        "customer_id": event.customer_id,
        "occurred_at": event.at,
        "stage": "loyalty",
        "channel": event.channel or "phone",
        "touchpoint": "retention_contact",
        "initiated_by": "company",
        "owner": event.team or None,
        "outcome": event.outcome,
    }


def _describe_override(event: Event) -> dict[str, Any]:
    return {
        "override_id": f"{DESK_PREFIX}{event.pk}",
        "list_id": event.list_id,
        "customer_id": event.customer_id,
        "occurred_at": event.at,
        "code": event.code or Kind.SNOOZED,
        "words": event.words,
        "until": event.until,
        "known_at": event.at,
    }
