"""The card of a customer as JSON, for other systems to embed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from lealtad.desk.event_kinds import Kind, Status
from lealtad.desk.events import list_opted_out, record
from lealtad.desk.lake_customer import find_customer_id
from lealtad.desk.models import ApiToken, Card, Person
from lealtad.desk.places import open_lake
from lealtad.desk.views.administration import hash_token

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def show_card(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Return the card of a customer; a customer who is on no list, for whatever reason, has an empty one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    issued = ApiToken.objects.filter(digest=hash_token(token.strip()), revoked_at=None).first()
    if scheme.lower() != "bearer" or issued is None:
        answer = JsonResponse({"error": "expected a token: Authorization: Bearer TOKEN"}, status=401)
        answer["WWW-Authenticate"] = "Bearer"
        return answer
    current = find_customer_id(open_lake(), customer_id)
    if current is None:
        return JsonResponse({"error": "no such customer"}, status=404)
    cards = Card.objects.select_related("night", "claimed_by")
    card = cards.filter(customer_id=current, status__in=Status.AT_WORK).first()
    refuses = bool(list_opted_out([current]))
    record(Kind.EMBEDDED, None, customer_id=current, words=issued.system)
    return JsonResponse(
        {
            "customer_id": current,
            "do_not_contact": refuses,
            "card": None if card is None or refuses else describe_card(card),
        }
    )


def describe_card(card: Card) -> dict[str, Any]:
    """Return what another system shows of a card; codes stay codes."""
    details = card.details
    holder: Person | None = card.claimed_by
    return {
        "list_id": card.night.list_id,
        "as_of": card.night.as_of.isoformat(),
        "rank": card.rank,
        "action": card.action,
        "action_words": card.night.actions.get(card.action, {}).get("words", {}),
        "owner": card.team,
        "channel": card.channel,
        "due_by": card.due_by.isoformat() if card.due_by else None,
        "reasons": _list_reasons(details),
        "reason_words": {code: _list_reasons(words) for code, words in details.get("words", {}).items()},
        "churn_probability": card.probability,
        "value_at_stake": card.value_at_stake,
        "quadrant": card.quadrant,
        "status": card.status,
        "claimed_by": holder.username if holder else None,
    }


def _list_reasons(details: dict[str, Any]) -> list[str]:
    return [details[f"reason_{i}"] for i in (1, 2, 3) if details.get(f"reason_{i}")]
