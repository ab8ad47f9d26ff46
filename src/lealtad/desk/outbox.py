"""The outbox: signed messages about the desk's events to other systems, retried until they answer."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from lealtad.base.webhook import post as send_over_http
from lealtad.base.webhook import sign
from lealtad.desk.models import OutboxMessage

if TYPE_CHECKING:
    from collections.abc import Callable

    from lealtad.desk.models import Event

_FIRST_WAIT = 30  # seconds, doubled with each attempt
_LONGEST_WAIT = 6 * 60 * 60
_MOST_TRIES = 20
_SENT_AT_ONCE = 100
# the other system changed the customer since, or refuses the message for good: no retry
_FINAL = {400, 404, 409, 410, 412, 422}


def enqueue_event(event: Event) -> None:
    """Add an event to the outbox, in the transaction that writes it; without a webhook do nothing."""
    if not settings.DESK_WEBHOOK:
        return
    # a later undo is a separate message
    OutboxMessage.objects.create(
        key=f"desk-{event.pk}",
        created_at=timezone.now(),
        next_try_at=timezone.now(),
        payload=describe_event(event),
    )


def describe_event(event: Event) -> dict[str, Any]:
    """Return the content of an event for another system, without notes and names of people."""
    return {
        "event": f"desk-{event.pk}",
        "kind": event.kind,
        "customer_id": event.customer_id,
        "at": event.at.isoformat(),
        "list_id": event.list_id or None,
        "action": event.action or None,
        "outcome": event.outcome or None,
        "code": event.code or None,
        "until": event.until.isoformat() if event.until else None,
        "undoes": f"desk-{event.undoes_id}" if event.undoes_id else None,
    }


def send_waiting(post: Callable[[str, bytes, dict[str, str]], int] | None = None) -> int:
    """Send due messages, oldest first, and return how many arrived.

    A message has the same `Idempotency-Key` in each try, so that the other system takes it once. `If-Unmodified-
    Since` is the moment of the event: a system that changed the customer later answers 412, and the message is
    dropped.
    """
    arrived = 0
    waiting = OutboxMessage.objects.filter(sent_at=None, refusal="", next_try_at__lte=timezone.now())
    for message_id in list(waiting.order_by("id").values_list("id", flat=True)[:_SENT_AT_ONCE]):
        with transaction.atomic():
            message = OutboxMessage.objects.select_for_update(skip_locked=_can_skip()).filter(pk=message_id)
            for due in message:
                arrived += _send(due, post or send_over_http)
    return arrived


def _send(message: OutboxMessage, post: Callable[[str, bytes, dict[str, str]], int]) -> int:
    body = json.dumps(message.payload, sort_keys=True).encode()
    moment = str(int(timezone.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": message.key,
        "If-Unmodified-Since": message.payload["at"],
        "X-Lealtad-Timestamp": moment,
        "X-Lealtad-Signature": sign(body, moment, settings.DESK_WEBHOOK_SECRET),
    }
    status = post(settings.DESK_WEBHOOK, body, headers)
    message.tries += 1
    if 200 <= status < 300:  # noqa: PLR2004 - the codes of success
        message.sent_at = timezone.now()
    elif status in _FINAL or message.tries >= _MOST_TRIES:
        message.refusal = f"HTTP {status}" if status else "no answer"
    else:
        wait = min(_FIRST_WAIT * 2 ** (message.tries - 1), _LONGEST_WAIT)
        message.next_try_at = timezone.now() + timedelta(seconds=wait)
    message.save()
    return int(message.sent_at is not None)


def _can_skip() -> bool:
    from django.db import connection

    return bool(connection.features.has_select_for_update_skip_locked)
