"""The outbox of alerts: each is sent once per channel; what was not accepted waits for the next night."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.base.errors import AlertError
from lealtad.base.webhook import post, sign
from lealtad.experience.alerts.mail import build_mail, send_mails
from lealtad.experience.alerts.wording import describe_alert
from lealtad.sources.secret import fill_references

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.base.language import Language
    from lealtad.company.alert_settings import AlertSettings
    from lealtad.experience.alerts.ledger import Alert, Ledger

MAIL, WEBHOOK = "mail", "webhook"
_MOST_TRIES = 7
_FINAL = {400, 404, 409, 410, 412, 422}  # the receiver will never accept the message


def send_alerts(ledger: Ledger, settings: AlertSettings, language: Language) -> tuple[Ledger, list[AlertError]]:
    """Send due alerts by mail and to the webhook.

    An alert is due while it is open and was not sent by every channel of the settings, for up to seven nights.

    Parameters
    ----------
    ledger
        All alerts of the run.
    settings
        Mail server, sender and webhook; a channel that is not set is not used.
    language
        The language of the mails.

    Returns
    -------
    The ledger with the channels that took each alert, and one error per channel that failed.
    """
    errors = []
    sent: dict[str, set[str]] = {}
    ways = {MAIL: settings.mail_server, WEBHOOK: settings.webhook}
    due = [alert for alert in ledger.open if alert.tries < _MOST_TRIES]
    for way, address in ways.items():
        waiting = [alert for alert in reversed(due) if address is not None and way not in alert.sent]
        if not waiting:
            continue
        send = _send_by_mail if way == MAIL else _send_by_webhook
        arrived, why = send(waiting, ledger, settings, language)
        for alert in arrived:
            sent.setdefault(alert.key, set()).add(way)
        if why:
            errors.append(AlertError(way="the mail server" if way == MAIL else "the webhook", found=why))
    asked = {way for way, address in ways.items() if address is not None}
    tried = {alert.key for alert in due if asked - set(alert.sent)}
    noted = tuple(
        replace(alert, sent=tuple(sorted({*alert.sent, *sent.get(alert.key, ())})), tries=alert.tries + 1)
        if alert.key in tried
        else alert
        for alert in ledger.alerts
    )
    return replace(ledger, alerts=noted), errors


def _send_by_mail(
    waiting: Sequence[Alert], ledger: Ledger, settings: AlertSettings, language: Language
) -> tuple[list[Alert], str]:
    by_people: dict[tuple[str, ...], list[Alert]] = {}
    for alert in waiting:
        by_people.setdefault(settings.find_recipients(alert.owner), []).append(alert)
    by_people.pop((), None)  # alerts without a recipient
    as_of = ledger.as_of or waiting[0].raised_at
    arrived: list[Alert] = []
    for people, alerts in by_people.items():
        words = [describe_alert(alert, language) for alert in alerts]
        mail = build_mail(words, str(settings.mail_from), people, as_of, language)
        why = send_mails([mail], str(settings.mail_server))
        if why:
            return arrived, why
        arrived.extend(alerts)
    return arrived, ""


def _send_by_webhook(
    waiting: Sequence[Alert],
    ledger: Ledger,  # noqa: ARG001 - one signature for both ways
    settings: AlertSettings,
    language: Language,
) -> tuple[list[Alert], str]:
    url = fill_references("alerts.webhook", str(settings.webhook))
    secret = fill_references("alerts.webhook_secret", str(settings.webhook_secret))
    arrived: list[Alert] = []
    for alert in waiting:
        status = post(url, *_build_message(alert, language, secret))
        if not 200 <= status < 300 and status not in _FINAL:  # noqa: PLR2004 - the codes of success
            return arrived, f"HTTP {status}" if status else "no answer"
        arrived.append(alert)
    return arrived, ""


def _build_message(alert: Alert, language: Language, secret: str) -> tuple[bytes, dict[str, str]]:
    words = describe_alert(alert, language)
    body = json.dumps(
        {
            "alert": alert.key,
            "kind": alert.kind,
            "subject": alert.subject,
            "owner": alert.owner,
            "raised_at": alert.raised_at.isoformat(),
            "sentence": words.sentence,
            "page": f"alerts.html#{alert.key}",
        },
        sort_keys=True,
        ensure_ascii=False,
    ).encode()
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": f"alert-{alert.key}",
        "X-Lealtad-Timestamp": moment,
        "X-Lealtad-Signature": sign(body, moment, secret),
    }
    return body, headers
