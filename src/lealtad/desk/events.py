"""Recording events, and the errors of changes that are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.desk import clock
from lealtad.desk.event_kinds import REFUSES_CONTACT, Kind
from lealtad.desk.fold import fold_events
from lealtad.desk.models import Card, Event

if TYPE_CHECKING:
    from lealtad.desk.models import Person

_SHOWN = 5


class StaleError(Exception):
    """Somebody else changed the card in the meantime; nothing was written."""

    def __init__(self, card: Card) -> None:
        super().__init__(card.pk)
        self.card = card
        events = Event.objects.filter(card=card, kind__in=Kind.WORK).select_related("person", "assignee")
        self.meanwhile = list(events.order_by("-id")[:_SHOWN])


class RefusalError(Exception):
    """The desk's rules do not allow the request; `code` is a key of the sentences about refusals."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def record(
    kind: str,
    person: Person | None = None,
    card: Card | None = None,
    customer_id: str = "",
    key: str = "",
    **facts: Any,
) -> Event:
    """Append an event, with the current data of the card."""
    of_card: dict[str, Any] = {}
    if card is not None:
        night = card.night
        of_card = {
            "customer_id": card.customer_id,
            "list_id": night.list_id,
            "campaign_id": find_campaign(card),
            "list_as_of": night.as_of,
            "listed": True,
            "team": card.team,
            "channel": card.channel,
        }
    values = {"customer_id": customer_id, **of_card, **facts}
    moment = values.pop("at", None) or clock.now()
    return Event.objects.create(at=moment, person=person, kind=kind, card=card, request_key=key or None, **values)


def find_campaign(card: Card) -> str:
    """Return the campaign of a card's assignment; recommendations have a separate campaign."""
    own = card.night.actions.get(card.suggested_action, {}).get("campaign_id")
    return str(own or card.night.campaign_id)


def lock_card(card_id: int) -> Card:
    """Return a card, locked until the transaction ends."""
    return Card.objects.select_for_update(of=("self",)).select_related("night").get(pk=card_id)


def refresh_state(card: Card) -> Card:
    """Update a card's state from its events."""
    state = fold_events(Event.objects.filter(card=card, kind__in=Kind.WORK))
    card.status, card.outcome, card.next_at = state.status, state.outcome, state.next_at
    card.claimed_by_id, card.claimed_until = state.claimed_by_id, state.claimed_until
    card.action = state.action or card.suggested_action
    card.version += 1
    card.save()
    return card


def find_repeated(key: str) -> Event | None:
    """Return the event of an earlier identical request."""
    return Event.objects.filter(request_key=key).first() if key else None


def list_opted_out(customers: list[str] | None = None) -> set[str]:
    """Return the customers who opted out at the desk, unless that was undone or lifted since."""
    asked = Event.objects.filter(outcome=REFUSES_CONTACT, kind=Kind.OUTCOME, undone_by=None)
    lifted = Event.objects.filter(kind=Kind.CONTACT_ALLOWED)
    if customers is not None:
        asked, lifted = asked.filter(customer_id__in=customers), lifted.filter(customer_id__in=customers)
    last: dict[str, int] = {}
    for customer, number in asked.values_list("customer_id", "id"):
        last[customer] = max(number, last.get(customer, 0))
    if not last:
        return set()
    freed = dict(lifted.order_by("id").values_list("customer_id", "id"))
    return {customer for customer, number in last.items() if freed.get(customer, 0) < number}
