"""Alerts: what the night reported, and who has taken note of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from lealtad.desk.event_kinds import Kind
from lealtad.desk.events import record
from lealtad.desk.forms import say
from lealtad.desk.guard import require
from lealtad.desk.models import Event
from lealtad.desk.places import load_company_language
from lealtad.experience.alerts import AlertWords, describe_alert, read_ledger

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from lealtad.experience.alerts import Alert


@require("see_experience")
def show_alerts(request: HttpRequest) -> HttpResponse:
    """Show the open alerts: those that nobody has taken note of first."""
    ledger, language = read_ledger(settings.DESK_OUT), load_company_language(request.LANGUAGE_CODE, "EUR")
    acknowledgements = {event.code: event for event in _select_seen()}
    rows = [
        _describe_row(alert, describe_alert(alert, language), acknowledgements.get(alert.key))
        for alert in ledger.open
    ]
    context = {
        "rows": sorted(rows, key=lambda row: row["event"] is not None),
        "as_of": ledger.as_of,
    }
    return render(request, "desk/alerts.html", context)


@require("see_experience", "POST")
def acknowledge(request: HttpRequest, key: str) -> HttpResponse:
    """Take note of an alert; the first who does is the one that is shown."""
    alert = next((alert for alert in read_ledger(settings.DESK_OUT).open if alert.key == key), None)
    if alert is None:
        raise Http404
    with transaction.atomic():
        if not _select_seen().filter(code=key).exists():
            record(Kind.ALERT_SEEN, request.user, code=key, key=f"alert-{key}", words=alert.subject)
    messages.success(request, say("Noted."))
    return redirect("alerts")


def _select_seen() -> Any:
    return Event.objects.filter(kind=Kind.ALERT_SEEN).select_related("person")


def _describe_row(alert: Alert, words: AlertWords, event: Event | None) -> dict[str, Any]:
    return {"key": alert.key, "words": words, "event": event}
