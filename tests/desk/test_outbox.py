"""Other systems get each event once, signed; one that changed the customer since is left as it is."""

import hashlib
import hmac
import json

import pytest

from tests.desk.desks import find_card

pytestmark = pytest.mark.usefixtures("night")


@pytest.fixture(autouse=True)
def _webhook(desk_out, monkeypatch):
    from django.conf import settings

    monkeypatch.setattr(settings, "DESK_WEBHOOK", "http://127.0.0.1:1/hook")
    monkeypatch.setattr(settings, "DESK_WEBHOOK_SECRET", "secret")


def act(person, customer="c01"):
    from lealtad.desk import acting

    return acting.act_on_card(
        person, find_card(customer).pk, acting.Act("outcome", outcome="accepted", words="private")
    )


def make_due():
    from django.utils import timezone

    from lealtad.desk.models import OutboxMessage

    OutboxMessage.objects.update(next_try_at=timezone.now())


def test_a_message_arrives_signed_and_once(people):
    from lealtad.desk.outbox import send_waiting

    sent, event = [], act(people.rep)
    assert send_waiting(lambda *message: sent.append(message) or 204) == 1
    assert send_waiting(lambda *message: sent.append(message) or 204) == 0
    [(_, body, headers)] = sent
    signed = headers["X-Lealtad-Timestamp"].encode() + b"." + body
    assert headers["X-Lealtad-Signature"] == hmac.new(b"secret", signed, hashlib.sha256).hexdigest()
    assert headers["Idempotency-Key"] == f"desk-{event.pk}"
    assert json.loads(body)["outcome"] == "accepted"
    assert b"private" not in body


def test_a_system_that_does_not_answer_gets_it_later_under_the_same_key(people):
    from lealtad.desk.outbox import send_waiting

    act(people.rep)
    keys = []
    for status in (0, 503, 200):
        send_waiting(lambda _, __, headers, status=status: keys.append(headers["Idempotency-Key"]) or status)
        assert send_waiting(lambda *_: 200) == 0
        make_due()
    assert len(set(keys)) == 1
    assert len(keys) == 3


def test_what_the_other_system_changed_since_is_not_overwritten(people):
    from lealtad.desk.models import OutboxMessage
    from lealtad.desk.outbox import send_waiting

    event, seen = act(people.rep), []
    send_waiting(lambda _, __, headers: seen.append(headers["If-Unmodified-Since"]) or 412)
    make_due()
    assert send_waiting(lambda *_: 200) == 0
    assert OutboxMessage.objects.get().refusal == "HTTP 412"
    assert seen == [event.at.isoformat()]


def test_a_real_server_that_is_not_there_is_tried_again(people):
    from lealtad.desk.models import OutboxMessage
    from lealtad.desk.outbox import send_waiting

    act(people.rep)
    assert send_waiting() == 0
    assert OutboxMessage.objects.get().refusal == ""


def test_an_undo_is_a_message_of_its_own(people):
    from lealtad.desk import acting
    from lealtad.desk.models import OutboxMessage

    event = act(people.rep)
    acting.undo(people.rep, event.pk)
    assert [message.payload["undoes"] for message in OutboxMessage.objects.order_by("id")] == [
        None,
        f"desk-{event.pk}",
    ]


def test_no_address_but_an_encrypted_one_or_this_machine_is_sent_to(people, monkeypatch):
    from django.conf import settings

    from lealtad.desk.models import OutboxMessage
    from lealtad.desk.outbox import send_waiting

    monkeypatch.setattr(settings, "DESK_WEBHOOK", "file:///etc/passwd")
    act(people.rep)
    send_waiting()
    assert OutboxMessage.objects.get().refusal == "HTTP 400"
