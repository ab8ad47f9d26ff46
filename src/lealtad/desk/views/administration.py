"""Accounts, tokens of other systems, the audit log, and exports."""

from __future__ import annotations

import hashlib
import io
import secrets
from typing import TYPE_CHECKING, Any

import polars as pl
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from lealtad.base.spreadsheet import write_csv
from lealtad.desk import clock
from lealtad.desk.card_rows import describe_rows
from lealtad.desk.claims import queue_cards
from lealtad.desk.event_kinds import Kind
from lealtad.desk.events import list_opted_out, record
from lealtad.desk.forms import PersonForm, list_choices, name_team, say
from lealtad.desk.guard import require
from lealtad.desk.models import ApiToken, Event, Night, Person
from lealtad.desk.permissions import may

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_PER_PAGE = 100
_MOST_EXPORTED = 100_000


@require("administer")
def list_accounts(request: HttpRequest) -> HttpResponse:
    """Show all accounts."""
    people = Person.objects.order_by("username")
    rows = [{"person": person, "team": name_team(person.team)} for person in people]
    return render(request, "desk/accounts.html", {"rows": rows})


@require("administer", "GET", "HEAD", "POST")
def edit_account(request: HttpRequest, person_id: int | None = None) -> HttpResponse:
    """Show an account, or a new one, and save it."""
    person = get_object_or_404(Person, pk=person_id) if person_id else None
    form = PersonForm(request.POST or None, instance=person, teams=_list_teams())
    if request.method == "POST" and form.is_valid():
        changed = form.save()
        record(Kind.ACCOUNT_CHANGED, request.user, words=f"{changed.username}: {', '.join(form.changed_data)}")
        messages.success(request, say("The account is saved."))
        return redirect("accounts")
    status = 422 if request.method == "POST" else 200
    return render(request, "desk/account.html", {"form": form, "account": person}, status=status)


@require("administer", "GET", "HEAD", "POST")
def edit_tokens(request: HttpRequest) -> HttpResponse:
    """Show the tokens of other systems, and issue one; it is shown once."""
    token = ""
    system = request.POST.get("system", "").strip()[:60]
    if request.method == "POST" and system:
        token = secrets.token_urlsafe(32)
        ApiToken.objects.create(system=system, digest=hash_token(token), created_at=clock.now())
        record(Kind.TOKEN_CHANGED, request.user, words=system)
    context = {"tokens": ApiToken.objects.order_by("-id"), "token": token}
    return render(request, "desk/tokens.html", context)


@require("administer", "POST")
def revoke_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Revoke a token at once."""
    token = get_object_or_404(ApiToken, pk=token_id)
    token.revoked_at = token.revoked_at or clock.now()
    token.save()
    record(Kind.TOKEN_CHANGED, request.user, words=token.system)
    messages.success(request, say("The token is revoked."))
    return redirect("tokens")


@require("administer")
def show_audit(request: HttpRequest) -> HttpResponse:
    """Show the events, newest first, by kind, person and customer."""
    events = _select_events(request)
    context = {
        "page": Paginator(events, _PER_PAGE).get_page(request.GET.get("page")),
        "kinds": list_choices("kind", Kind.ALL),
        "people": Person.objects.order_by("username"),
        "chosen": {name: request.GET.get(name, "") for name in ("kind", "person", "customer")},
    }
    return render(request, "desk/audit.html", context)


@require("administer", "POST")
def allow_contact(request: HttpRequest) -> HttpResponse:
    """Let a customer be contacted again who asked not to be, because they agreed again; the reason is kept."""
    customer_id, words = request.POST.get("customer", "").strip()[:200], request.POST.get("words", "").strip()
    if customer_id in list_opted_out([customer_id]) and words:
        record(Kind.CONTACT_ALLOWED, request.user, customer_id=customer_id, words=words[:4000])
        messages.success(request, say("The customer can be contacted again from the next night on."))
    else:
        messages.error(request, say("Enter a customer who asked not to be contacted, and why this has changed."))
    return redirect("audit")


@require("export")
def export_list(request: HttpRequest) -> HttpResponse:
    """Return the list as CSV: without customers who opted out, and with nothing that runs as a formula."""
    people = queue_cards(request.user) if may(request.user, "work") else _queue_all()
    cards = people.defer("details").order_by("rank", "id")
    rows = describe_rows(cards, request.user, request.LANGUAGE_CODE)
    shown = ("rank", "customer_id", "name", "action", "reason", "due", "value", "segment", "quadrant", "holder")
    record(Kind.EXPORTED, request.user, words="list.csv")
    return _answer_csv([{name: row[name] for name in shown} for row in rows], shown, "list.csv")


@require("administer")
def export_audit(request: HttpRequest) -> HttpResponse:
    """Return the audit log, as filtered, as CSV."""
    shown = (
        "at",
        "person",
        "kind",
        "customer_id",
        "list_id",
        "listed",
        "action",
        "outcome",
        "code",
        "words",
        "until",
    )
    rows = [
        {
            **{name: getattr(event, name) for name in shown if name != "person"},
            "person": event.person.username if event.person else "",
        }
        for event in _select_events(request)[:_MOST_EXPORTED]
    ]
    record(Kind.EXPORTED, request.user, words="audit.csv")
    return _answer_csv(rows, shown, "audit.csv")


def hash_token(token: str) -> str:
    """Return what the desk keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def _queue_all() -> Any:
    from lealtad.desk.event_kinds import Status
    from lealtad.desk.models import Card

    return Card.objects.filter(status__in=Status.AT_WORK).exclude(customer_id__in=list_opted_out())


def _select_events(request: HttpRequest) -> QuerySet[Event]:
    events = Event.objects.select_related("person", "assignee").order_by("-id")
    kind, person, customer = (request.GET.get(name, "") for name in ("kind", "person", "customer"))
    if kind in Kind.ALL:
        events = events.filter(kind=kind)
    if person.isdecimal():
        events = events.filter(person_id=person)
    return events.filter(customer_id=customer) if customer else events


def _answer_csv(rows: list[dict[str, Any]], columns: tuple[str, ...], name: str) -> HttpResponse:
    texts = [{c: "" if row[c] is None else str(row[c]) for c in columns} for row in rows]
    table, buffer = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String)), io.BytesIO()
    write_csv(table, buffer)
    response = HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _list_teams() -> list[str]:
    night = Night.objects.order_by("-as_of").first()
    owners = set(night.owners) if night else set()
    return sorted(owners | set(Person.objects.exclude(team="").values_list("team", flat=True)))
