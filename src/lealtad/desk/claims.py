"""Claiming customers: one conditional update per claim, quotas, and places that are refilled automatically."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from lealtad.desk import clock
from lealtad.desk.event_kinds import Kind, Status
from lealtad.desk.events import (
    RefusalError,
    StaleError,
    find_repeated,
    list_opted_out,
    lock_card,
    record,
    refresh_state,
)
from lealtad.desk.models import Card, Event, Person
from lealtad.desk.permissions import may, select_cards

if TYPE_CHECKING:
    from collections.abc import Iterable

_ATTEMPTS = 20
_QUOTAS = 1  # id of the lock that serialises claims close to a quota
_WRITTEN_AT_ONCE = 500  # more claims than a database writes at the same moment


def is_free() -> Q:
    """Return the condition of a card that may be claimed now: nobody holds it, or the claim has lapsed."""
    now = clock.now()
    nobody = Q(claimed_by=None) | Q(claimed_until__lt=now)
    return Q(status=Status.OPEN) & nobody


def claim(person: Person, card_id: int, key: str = "") -> Card:
    """Claim a card for a person.

    Raises
    ------
    StaleError
        If somebody else holds it, or it is no longer on the list.
    RefusalError
        If the person may not see it, or a quota of the day is used up.
    """
    with transaction.atomic():
        card = _find_card(person, card_id)
        if not _take(person, card, key):
            card = Card.objects.select_related("night").get(pk=card_id)
            is_held = card.claimed_by_id == person.pk and card.status == Status.OPEN
            if not is_held and not find_repeated(key):
                raise StaleError(card)
    return card


def claim_several(person: Person, card_ids: Iterable[int]) -> tuple[list[Card], list[Card]]:
    """Claim cards one after the other; return those claimed and those that were not free."""
    claimed, missed = list[Card](), list[Card]()
    for card_id in card_ids:
        try:
            claimed.append(claim(person, card_id))
        except StaleError as error:
            missed.append(error.card)
    return claimed, missed


def claim_next(person: Person) -> Card | None:
    """Claim the best card that is free; None if there is none.

    Raises
    ------
    RefusalError
        If a quota of the day is used up.
    """
    for _ in range(_ATTEMPTS):
        with transaction.atomic():
            card = _find_next(person)
            if card is None:
                return None
            if _take(person, card):
                return card
    return None


def release(person: Person, card_id: int, key: str = "") -> Card:
    """Give a card back to the queue.

    Raises
    ------
    StaleError
        If the person does not hold it any more.
    """
    with transaction.atomic():
        card = lock_card(card_id)
        if find_repeated(key):
            return card
        if card.claimed_by_id != person.pk or card.status not in Status.AT_WORK:
            raise StaleError(card)
        record(Kind.RELEASED, person, card, key=key)
        refresh_state(card)
    drain_queue(card.team, but=person)
    return card


def assign(lead: Person, card_id: int, assignee: Person | None, key: str = "") -> Card:
    """Assign a card to another person of its team, or back to the queue; only leads may do that.

    Raises
    ------
    RefusalError
        If the lead may not, or the assignee could not work on it.
    """
    with transaction.atomic():
        card = lock_card(card_id)
        if not may(lead, "lead", card):
            raise RefusalError("not_yours")
        if find_repeated(key):
            return card
        if card.status not in Status.AT_WORK:
            raise StaleError(card)
        if assignee is None:
            record(Kind.RELEASED, lead, card, key=key)
        else:
            if not may(assignee, "work") or assignee.team not in {"", card.team}:
                raise RefusalError("not_their_team")
            until = clock.now() + timedelta(hours=settings.DESK_CLAIM_HOURS)
            record(Kind.ASSIGNED, lead, card, key=key, assignee=assignee, until=until)
        refresh_state(card)
    return card


def assign_several(lead: Person, card_ids: Iterable[int], assignee: Person | None) -> tuple[int, int]:
    """Assign cards to a person, or back to the queue; return how many were assigned, and how many could not be."""
    count = missed = 0
    for card_id in card_ids:
        try:
            assign(lead, card_id, assignee)
            count += 1
        except (StaleError, RefusalError, Card.DoesNotExist):
            missed += 1
    return count, missed


def list_held(person: Person) -> QuerySet[Card]:
    """Return the cards that a person holds or has put off."""
    is_held = Q(status=Status.WAITING) | Q(status=Status.OPEN, claimed_until__gte=clock.now())
    return Card.objects.filter(is_held, claimed_by=person).defer("details")


def fill_places(person: Person) -> list[Card]:
    """Claim for a person until all their places are taken, the queue is empty or a quota is used up."""
    taken = list[Card]()
    while count_held(person) < person.places:
        try:
            card = claim_next(person)
        except RefusalError:
            break
        if card is None:
            break
        taken.append(card)
    return taken


def drain_queue(team: str, but: Person | None = None) -> None:
    """Assign freed cards to people of the team with free places."""
    people = Person.objects.filter(is_active=True, places__gt=0, team__in=["", team], role__in=["rep", "lead"])
    for person in people.exclude(pk=but.pk if but else None).order_by("pk"):
        fill_places(person)


def count_held(person: Person) -> int:
    """Return how many open cards a person holds."""
    return Card.objects.filter(claimed_by=person, status=Status.OPEN, claimed_until__gte=clock.now()).count()


def queue_cards(person: Person) -> QuerySet[Card]:
    """Return the cards that a person may work on, without customers who opted out."""
    return select_cards(person).exclude(customer_id__in=list_opted_out())


def count_claims_today(**who: object) -> int:
    """Return how many customers were claimed today, by a person or for a team."""
    events = Event.objects.filter(kind__in=[Kind.CLAIMED, Kind.ASSIGNED], at__gte=clock.begin_day(), **who)
    return events.values("card").distinct().count()


def _find_next(person: Person) -> Card | None:
    """Return the best free card of a person's team, by conditions that an index answers in its order."""
    cards = Card.objects.filter(is_free(), **({"team": person.team} if person.team else {}))
    cards = cards.exclude(customer_id__in=list_opted_out()).select_related("night").defer("details")
    if connection.features.has_select_for_update_skip_locked:
        # concurrent requests skip a locked card instead of waiting for it
        cards = cards.select_for_update(of=("self",), skip_locked=True)
    return cards.order_by("rank", "id").first() if may(person, "work") else None


def _find_card(person: Person, card_id: int) -> Card:
    """Return a card that a person may work on."""
    card = Card.objects.select_related("night").defer("details").filter(pk=card_id).first()
    if card is None or not may(person, "work", card):
        raise RefusalError("not_yours")
    if list_opted_out([card.customer_id]):
        raise RefusalError("opted_out")
    return card


def _take(person: Person, card: Card, key: str = "") -> bool:
    """Claim a card by one conditional update; False if it is no longer free.

    Every claim locks the card before a quota, so that there are no deadlocks.
    """
    now, before = clock.now(), card.claimed_by_id
    until = now + timedelta(hours=settings.DESK_CLAIM_HOURS)
    changed = Card.objects.filter(is_free(), pk=card.pk).update(
        claimed_by=person, claimed_until=until, version=F("version") + 1
    )
    if changed:
        if before != person.pk:
            _check_quota("quota_of_person", person.quota_per_day, person=person)
            _check_quota("quota_of_team", card.night.owners.get(card.team), team=card.team)
        record(Kind.CLAIMED, person, card, key=key, until=until, at=now)
        card.claimed_by, card.claimed_until, card.version = person, until, card.version + 1
    return bool(changed)


def _check_quota(code: str, quota: int | None, **who: object) -> None:
    """Refuse a claim beyond a quota of the day; close to the quota, claims are serialised."""
    if quota is None or count_claims_today(**who) + _WRITTEN_AT_ONCE < quota:
        return
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_QUOTAS])
    if count_claims_today(**who) >= quota:
        raise RefusalError(code)
