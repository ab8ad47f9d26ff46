"""What a person does for a customer: log an outcome, override the suggestion, put off, undo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from lealtad.desk import clock
from lealtad.desk.claims import drain_queue, fill_places
from lealtad.desk.event_kinds import OTHER_ACTION, REFUSES_CONTACT, Kind, Status
from lealtad.desk.events import RefusalError, StaleError, find_repeated, lock_card, record, refresh_state
from lealtad.desk.models import Card, Event, Person
from lealtad.desk.outbox import enqueue_event
from lealtad.desk.permissions import may

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Act:
    """The outcome of a contact, or an override with its reason, as a person enters it.

    Attributes
    ----------
    kind
        `outcome`, `override` or `snoozed`.
    until
        The next date, where there is one.
    version
        The version of the card that the person saw; None accepts any version.
    """

    kind: str
    outcome: str = ""
    code: str = ""
    action: str = ""
    words: str = ""
    until: datetime | None = None
    version: int | None = None
    key: str = ""


def act_on_card(person: Person, card_id: int, act: Act) -> Event:
    """Record a person's action for a listed customer; a repeated request counts once.

    Raises
    ------
    StaleError
        If the card changed since the person saw it, or somebody else holds it.
    RefusalError
        If the card is another team's.
    """
    with transaction.atomic():
        card = lock_card(card_id)
        repeated = find_repeated(act.key)
        if repeated:
            return repeated
        if not may(person, "work", card):
            raise RefusalError("not_yours")
        _check_current(person, card, act)
        action_taken = act.action if act.code == OTHER_ACTION else card.action
        event = record(
            act.kind,
            person,
            card,
            key=act.key,
            outcome=act.outcome,
            code=act.code,
            words=act.words,
            until=act.until,
            action=action_taken,
        )
        refresh_state(card)
        if act.outcome == REFUSES_CONTACT:
            _close_others(card.customer_id, but=card)
        enqueue_event(event)
    if card.status != Status.OPEN:
        fill_places(person)
        drain_queue(card.team, but=person)
    return event


def contact_beyond_list(person: Person, customer_id: str, act: Act, channel: str = "") -> Event:
    """Record a contact with a customer who is not on the person's list, so that contamination is measured.

    Raises
    ------
    RefusalError
        If the person may not look customers up.
    """
    if not may(person, "look_up"):
        raise RefusalError("not_yours")
    with transaction.atomic():
        repeated = find_repeated(act.key)
        if repeated:
            return repeated
        event = record(
            Kind.OUTCOME,
            person,
            customer_id=customer_id,
            key=act.key,
            outcome=act.outcome,
            words=act.words,
            until=act.until,
            team=person.team,
            channel=channel,
        )
        if act.outcome == REFUSES_CONTACT:
            _close_others(customer_id)
        enqueue_event(event)
    return event


def undo(person: Person, event_id: int, key: str = "") -> Event:
    """Undo an outcome, an override or a delay, within ten minutes.

    Raises
    ------
    RefusalError
        If it is too late, it was another person's, or something happened since.
    """
    with transaction.atomic():
        event = Event.objects.select_related("card").get(pk=event_id)
        card = lock_card(event.card_id) if event.card_id else None
        repeated = find_repeated(key)
        if repeated:
            return repeated
        if event.person_id != person.pk or event.kind not in Kind.CAN_UNDO:
            raise RefusalError("not_yours")
        if not can_undo(event):
            raise RefusalError("too_late")
        later = Event.objects.filter(card=card, id__gt=event.pk, kind__in=Kind.WORK, undone_by=None)
        if card is not None and later.exclude(kind=Kind.UNDONE).exists():
            raise StaleError(card)
        if card is not None and _is_listed_again(card):
            raise StaleError(card)
        taken_back = record(Kind.UNDONE, person, card, customer_id=event.customer_id, key=key, undoes=event)
        if card is not None:
            refresh_state(card)
        enqueue_event(taken_back)
    return taken_back


def can_undo(event: Event) -> bool:
    """Return whether an event can still be undone; only those that cannot become facts for the night."""
    last = event.at + timedelta(minutes=settings.DESK_UNDO_MINUTES)
    return clock.now() < last and not hasattr(event, "undone_by")


def _check_current(person: Person, card: Card, act: Act) -> None:
    if card.status not in Status.AT_WORK or (act.version is not None and act.version != card.version):
        raise StaleError(card)
    is_held = card.claimed_until is None or card.claimed_until >= clock.now() or card.status == Status.WAITING
    if card.claimed_by_id not in {None, person.pk} and is_held:
        raise StaleError(card)


def _is_listed_again(card: Card) -> bool:
    """Return whether the customer has a newer open card, so that this one cannot be reopened."""
    return (
        card.status not in Status.AT_WORK
        and Card.objects.filter(customer_id=card.customer_id, status__in=Status.AT_WORK)
        .exclude(pk=card.pk)
        .exists()
    )


def _close_others(customer_id: str, but: Card | None = None) -> None:
    cards = Card.objects.filter(customer_id=customer_id, status__in=Status.AT_WORK)
    for other in cards.exclude(pk=but.pk if but else None):
        card = lock_card(other.pk)
        record(Kind.CLOSED, None, card, code="opted_out")
        refresh_state(card)
