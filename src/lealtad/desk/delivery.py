"""Delivering a night's list to the desk in one transaction, while open work stays with its owners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction

from lealtad.desk import clock
from lealtad.desk.claims import drain_queue
from lealtad.desk.event_kinds import Kind, Status
from lealtad.desk.events import list_opted_out, record, refresh_state
from lealtad.desk.models import Card, Night

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_COPIED = ("segment", "quadrant", "due_by", "value_at_stake", "expected_gain", "channel")
_AT_ONCE = 500


@dataclass(frozen=True)
class NightList:
    """A list in the form that the desk stores, without the holdout.

    Attributes
    ----------
    rows
        The team's columns of each listed customer, with codes, and `name` if the company has it.
    departed
        The reason, `gone` or `consent`, by customer with an open card who can no longer be contacted.
    actions, owners
        The playbook's actions by code, with their words in each language; contacts a day by owner.
    """

    list_id: str
    as_of: datetime
    campaign_id: str
    rows: Sequence[Mapping[str, Any]]
    departed: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, Any] = field(default_factory=dict)
    owners: Mapping[str, int] = field(default_factory=dict)
    currency: str = "EUR"
    horizon_days: float = 28


@dataclass(frozen=True)
class Delivered:
    """What a delivery changed: new cards, cards that stayed with new rows, and cards that were closed."""

    added: int
    stayed: int
    closed: int


def deliver_night(tonight: NightList) -> Delivered:
    """Deliver a list, all or nothing; the same list again changes nothing.

    A card that somebody holds or that waits for its date stays, with tonight's row if the customer is listed
    again. It is closed if the customer churned or opted out. Cards that nobody holds are replaced by the list.
    """
    with transaction.atomic():
        same = Night.objects.select_for_update().filter(list_id=tonight.list_id).first()
        if same is not None or Night.objects.filter(as_of__gt=tonight.as_of).exists():
            return Delivered(0, 0, 0)
        night = Night.objects.create(
            list_id=tonight.list_id,
            as_of=tonight.as_of,
            campaign_id=tonight.campaign_id,
            delivered_at=clock.now(),
            currency=tonight.currency,
            horizon_days=tonight.horizon_days,
            size=len(tonight.rows),
            actions=dict(tonight.actions),
            owners=dict(tonight.owners),
        )
        opted_out = list_opted_out()
        rows = {row["customer_id"]: row for row in tonight.rows if row["customer_id"] not in opted_out}
        stayed, closed = _sort_cards_at_work(
            night, rows, {**tonight.departed, **dict.fromkeys(opted_out, "consent")}
        )
        added = [_build_card(night, row) for customer, row in rows.items() if customer not in stayed]
        Card.objects.bulk_create(added, batch_size=_AT_ONCE)
        record(Kind.DELIVERED, list_id=night.list_id, list_as_of=night.as_of)
    for team in sorted({card.team for card in added}):
        drain_queue(team)
    return Delivered(len(added), len(stayed), closed)


def _sort_cards_at_work(
    night: Night, rows: Mapping[str, Mapping[str, Any]], departed: Mapping[str, str]
) -> tuple[set[str], int]:
    """Keep or close each open card; return the customers whose card is kept, and how many were closed."""
    stayed, closed = set[str](), 0
    cards = Card.objects.select_for_update(of=("self",)).select_related("night")
    for card in cards.filter(status__in=Status.AT_WORK):
        why = departed.get(card.customer_id) or ("" if _is_held(card) else "replaced")
        if why:
            record(Kind.CLOSED, None, card, code=why)
            refresh_state(card)
            closed += 1
        else:
            stayed.add(card.customer_id)
            if card.customer_id in rows:
                _fill_card(card, night, rows[card.customer_id])
                record(Kind.REFRESHED, None, card)
                refresh_state(card)
    return stayed, closed


def _is_held(card: Card) -> bool:
    if card.status == Status.WAITING:
        return True
    return card.claimed_by_id is not None and card.claimed_until is not None and card.claimed_until >= clock.now()


def _build_card(night: Night, row: Mapping[str, Any]) -> Card:
    return _fill_card(Card(customer_id=row["customer_id"]), night, row)


def _fill_card(card: Card, night: Night, row: Mapping[str, Any]) -> Card:
    card.night, card.rank, card.team = night, row["rank"], row["owner"] or ""
    card.suggested_action = card.action = row["suggested_action"] or ""
    card.probability = row.get("churn_probability")
    card.reason, card.name = row.get("reason_1") or "", (row.get("name") or "")[:200]
    card.reasons = {code: words.get("reason_1") or "" for code, words in (row.get("words") or {}).items()}
    for name in _COPIED:
        value = row.get(name)
        setattr(card, name, "" if value is None and name in {"segment", "quadrant", "channel"} else value)
    card.details = {name: _as_json(value) for name, value in row.items()}
    return card


def _as_json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
