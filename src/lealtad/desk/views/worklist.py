"""My list: filters, claims one by one or several at once, saved views."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from lealtad.desk import claims, clock
from lealtad.desk.card_rows import ListFilters, describe_rows, list_filter_choices, list_quick_views
from lealtad.desk.event_kinds import Kind
from lealtad.desk.events import RefusalError, StaleError
from lealtad.desk.forms import say
from lealtad.desk.guard import require
from lealtad.desk.models import Card, Event, Night, SavedView
from lealtad.desk.navigation import find_home
from lealtad.desk.permissions import list_team, may
from lealtad.desk.row_html import render_rows
from lealtad.desk.words import name_code, translate_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from lealtad.desk.models import Person

_MOST_AT_ONCE = 100
_MOST_VIEWS = 30
_SHOWN_DAYS = 2


@require("be_here")
def home(request: HttpRequest) -> HttpResponse:
    """Go to the first page of the person's role."""
    return redirect(find_home(request.user))


@require("work")
def show_list(request: HttpRequest) -> HttpResponse:
    """Show the list as work."""
    person, language = request.user, request.LANGUAGE_CODE
    filters = ListFilters.read(request.GET)
    rows = describe_rows(filters.select(person), person, language)
    context = {
        "table": render_rows(rows, language, get_token(request), request.get_full_path()),
        "shown": len(rows),
        "filters": filters.values,
        "query": filters.encode(),
        "choices": list_filter_choices(person, language),
        "night": Night.objects.order_by("-as_of").first(),
        "views": person.views.order_by("name"),
        "quick_views": list_quick_views(language),
        "can_lead": may(person, "lead"),
        "people": list_team(person) if may(person, "lead") else [],
        "departures": _list_departures(person),
        **_count_own(person),
    }
    return render(request, "desk/list.html", context)


@require("work", "POST")
def claim(request: HttpRequest, card_id: int) -> HttpResponse:
    """Claim a customer."""
    return _change(request, card_id, lambda person: claims.claim(person, card_id, _read_key(request)))


@require("work", "POST")
def release(request: HttpRequest, card_id: int) -> HttpResponse:
    """Give a customer back."""
    return _change(request, card_id, lambda person: claims.release(person, card_id, _read_key(request)))


@require("work", "POST")
def claim_several(request: HttpRequest) -> HttpResponse:
    """Claim the customers that are ticked."""
    try:
        claimed, missed = claims.claim_several(request.user, read_ticked(request))
    except RefusalError as error:
        messages.error(request, name_code("refusal", error.code, request.LANGUAGE_CODE))
        return redirect(find_way_back(request))
    sentence = translate_sentence("{n} claimed.", request.LANGUAGE_CODE, n=len(claimed))
    messages.success(request, sentence)
    for card in missed:
        messages.warning(request, describe_stale(StaleError(card), request.LANGUAGE_CODE))
    return redirect(find_way_back(request))


def read_ticked(request: HttpRequest) -> list[int]:
    """Return the numbers of the cards that are ticked, as many as may change at once."""
    return [int(number) for number in request.POST.getlist("card") if number.isdecimal()][:_MOST_AT_ONCE]


@require("work", "POST")
def claim_next(request: HttpRequest) -> HttpResponse:
    """Claim the best customer who is free, and open the page of that customer."""
    return open_next(request)


def open_next(request: HttpRequest) -> HttpResponse:
    """Claim the best customer who is free, and open the page of that customer; without one, the list."""
    try:
        card = claims.claim_next(request.user)
    except RefusalError as error:
        messages.error(request, name_code("refusal", error.code, request.LANGUAGE_CODE))
        return redirect("list")
    if card is None:
        messages.info(request, say("No customers are waiting to be claimed."))
        return redirect("list")
    return redirect(link_customer(card.customer_id))


@require("work", "POST")
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters under a name; the same name again replaces them."""
    name = request.POST.get("name", "").strip()[:60]
    query = ListFilters.read(request.POST).encode()[:500]
    if name and request.user.views.count() < _MOST_VIEWS:
        SavedView.objects.update_or_create(person=request.user, name=name, defaults={"query": query})
        messages.success(request, say("The view is saved."))
    else:
        messages.error(request, say("Give the view a name."))
    return redirect(f"{reverse('list')}?{query}")


@require("work", "POST")
def remove_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Remove a saved view of one's own."""
    get_object_or_404(SavedView, pk=view_id, person=request.user).delete()
    return redirect("list")


def link_customer(customer_id: str) -> str:
    """Return the address of a customer's page."""
    from urllib.parse import urlencode

    return f"{reverse('customer')}?{urlencode({'id': customer_id})}"


def find_way_back(request: HttpRequest) -> str:
    """Return the page of the desk from which a form came; never another site's."""
    target = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return reverse("list")


def describe_stale(error: StaleError, language: str) -> str:
    """Return what happened to a card meanwhile."""
    last = error.meanwhile[0] if error.meanwhile else None
    if last is None:
        return translate_sentence("The customer is no longer on the list.", language)
    actor = last.assignee or last.person
    return translate_sentence(
        "Meanwhile at {time}: {what}, {who}. Nothing you entered was saved.",
        language,
        time=f"{last.at.astimezone():%H:%M}",
        what=name_code("kind", last.kind, language).lower(),
        who=actor.shown_name if actor else translate_sentence("the night", language),
    )


def _change(request: HttpRequest, card_id: int, change: Callable[[Person], Card]) -> HttpResponse:
    """Change a card, and answer with its row for htmx or with the page it came from."""
    status, sentence = 200, ""
    try:
        change(request.user)
    except Card.DoesNotExist as error:
        raise Http404 from error
    except StaleError as error:
        status, sentence = 409, describe_stale(error, request.LANGUAGE_CODE)
    except RefusalError as error:
        status, sentence = 403, name_code("refusal", error.code, request.LANGUAGE_CODE)
    if request.htmx:
        card = Card.objects.filter(pk=card_id).first()
        rows = describe_rows([card] if card else [], request.user, request.LANGUAGE_CODE)
        table = render_rows(rows, request.LANGUAGE_CODE, get_token(request), find_way_back(request))
        context = {"row": rows[0] if rows else None, "said": sentence, "table": table, **_count_own(request.user)}
        # htmx puts only a success into the page; the status is in the header for whoever reads it
        response = render(request, "desk/row_answer.html", context)
        response["X-Desk-Status"] = str(status)
        return response
    if status != 200:  # noqa: PLR2004
        return render(
            request, "desk/message.html", {"said": sentence, "back": find_way_back(request)}, status=status
        )
    return redirect(find_way_back(request))


def _list_departures(person: Person) -> QuerySet[Event]:
    """Return the customers of a person whom a night or an opt-out recently took off the list, with the reason."""
    since = clock.now() - timedelta(days=_SHOWN_DAYS)
    events = Event.objects.filter(kind=Kind.CLOSED, card__claimed_by=person, at__gte=since)
    return events.exclude(code="replaced").select_related("card").defer("card__details").order_by("-id")


def _count_own(person: Person) -> dict[str, int]:
    return {"held": claims.count_held(person), "claims_today": claims.count_claims_today(person=person)}


def _read_key(request: HttpRequest) -> str:
    return request.POST.get("key", "")[:64]


def draw_key() -> str:
    """Return a new name for a request."""
    return secrets.token_urlsafe(16)
