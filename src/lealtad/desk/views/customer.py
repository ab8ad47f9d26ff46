"""The customer: who they are, what is at stake, the one timeline, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from lealtad.desk import acting, clock
from lealtad.desk.card_words import describe_card
from lealtad.desk.chart import draw_scores
from lealtad.desk.event_kinds import OUTCOMES, OVERRIDES, REFUSES_CONTACT, Kind, Status
from lealtad.desk.events import RefusalError, StaleError, list_opted_out, record
from lealtad.desk.forms import ActForm, list_choices, list_next_days, say
from lealtad.desk.guard import require
from lealtad.desk.lake_customer import find_customer_id, read_customer
from lealtad.desk.models import Card, Event, Night
from lealtad.desk.offers import describe_offers
from lealtad.desk.permissions import may
from lealtad.desk.places import open_lake
from lealtad.desk.score_moves import find_score_moves
from lealtad.desk.search_index import search_customers
from lealtad.desk.timeline import KINDS
from lealtad.desk.views.worklist import describe_stale, draw_key, find_way_back, link_customer, open_next
from lealtad.desk.words import load_language, name_code
from lealtad.worklist import WorklistFiles, read_absence
from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from lealtad.desk.lake_customer import LakeCustomer

_PER_PAGE = 100
_OWN_EVENTS = (
    Kind.OUTCOME,
    Kind.OVERRIDE,
    Kind.SNOOZED,
    Kind.UNDONE,
    Kind.CLAIMED,
    Kind.ASSIGNED,
    Kind.RELEASED,
    Kind.CLOSED,
)


@require("look_up")
def search(request: HttpRequest) -> HttpResponse:
    """Find customers by id, name, phone or email."""
    query = request.GET.get("q", "").strip()[:100]
    matches = search_customers(settings.DESK_FOLDER, query) if query else []
    if query:
        record(Kind.SEARCHED, request.user, words=query)
    if len(matches) == 1:
        return redirect(link_customer(str(matches[0]["customer_id"])))
    return render(request, "desk/search.html", {"query": query, "found": matches})


@require("be_here")
def show_customer(request: HttpRequest) -> HttpResponse:
    """Show a customer; whoever looked at whom is in the audit log."""
    customer_id, card = _find_customer(request, request.GET.get("id", ""))
    if request.GET.get("id") != customer_id:
        return redirect(link_customer(customer_id))
    record(Kind.VIEWED, request.user, card, customer_id=customer_id)
    return render(request, "desk/customer.html", _describe_customer(request, customer_id, card))


@require("be_here", "POST")
def act(request: HttpRequest) -> HttpResponse:
    """Log an outcome, override the suggestion, or put the customer off."""
    customer_id, card = _find_customer(request, request.POST.get("id", ""))
    form = ActForm(request.POST, set(card.night.list_playbook_actions()) if card else set())
    if not form.is_valid():
        context = _describe_customer(request, customer_id, card) | {"form": form}
        return render(request, "desk/customer.html", context, status=422)
    try:
        event = _act(request, customer_id, card, form)
    except StaleError as error:
        sentence = describe_stale(error, request.LANGUAGE_CODE)
        context = {"said": sentence, "back": link_customer(customer_id)}
        return render(request, "desk/message.html", context, status=409)
    except RefusalError as error:
        sentence = name_code("refusal", error.code, request.LANGUAGE_CODE)
        context = {"said": sentence, "back": link_customer(customer_id)}
        return render(request, "desk/message.html", context, status=403)
    messages.success(request, say("Saved. You can undo it for ten minutes."), extra_tags=f"undo {event.pk}")
    if request.POST.get("then") == "next":
        return redirect("list")
    if request.POST.get("then") == "claim":
        return open_next(request)
    return redirect(link_customer(customer_id))


@require("be_here", "POST")
def undo(request: HttpRequest, event_id: int) -> HttpResponse:
    """Take back what one did in the last ten minutes."""
    event = get_object_or_404(Event, pk=event_id, person=request.user)
    try:
        acting.undo(request.user, event_id, request.POST.get("key", "")[:64])
    except RefusalError as error:
        sentence = name_code("refusal", error.code, request.LANGUAGE_CODE)
        return render(request, "desk/message.html", {"said": sentence, "back": find_way_back(request)}, status=403)
    except StaleError as error:
        sentence = describe_stale(error, request.LANGUAGE_CODE)
        return render(request, "desk/message.html", {"said": sentence, "back": find_way_back(request)}, status=409)
    messages.success(request, say("Undone."))
    return redirect(link_customer(event.customer_id))


def _find_customer(request: HttpRequest, given: str) -> tuple[str, Card | None]:
    """Return the customer and their card at work; refuse whom the person may not see."""
    customer_id = find_customer_id(open_lake(), given) if given else None
    if customer_id is None:
        if may(request.user, "look_up") or may(request.user, "work"):
            raise Http404
        raise PermissionDenied
    cards = Card.objects.select_related("night", "claimed_by")
    card = cards.filter(customer_id=customer_id, status__in=Status.AT_WORK).first()
    if card is not None and may(request.user, "work", card):
        return customer_id, card
    if not may(request.user, "look_up") and not _did_act(request, customer_id):
        raise PermissionDenied
    # another team's card is shown as any customer's page
    return customer_id, None


def _did_act(request: HttpRequest, customer_id: str) -> bool:
    """Return whether the person worked on the customer today, and so may see the outcome."""
    return Event.objects.filter(
        person=request.user,
        customer_id=customer_id,
        listed=True,
        kind__in=Kind.CAN_UNDO,
        at__gte=clock.begin_day(),
    ).exists()


def _act(request: HttpRequest, customer_id: str, card: Card | None, form: ActForm) -> Event:
    chosen = form.build_act()
    if card is not None:
        return acting.act_on_card(request.user, card.pk, chosen)
    if chosen.kind != Kind.OUTCOME:
        raise RefusalError("not_yours")
    if list_opted_out([customer_id]) and chosen.outcome != REFUSES_CONTACT:
        raise RefusalError("not_beyond")
    return acting.contact_beyond_list(request.user, customer_id, chosen)


def _describe_customer(request: HttpRequest, customer_id: str, card: Card | None) -> dict[str, Any]:
    language = request.LANGUAGE_CODE
    customer = read_customer(open_lake(), customer_id)
    own = _list_own_events(customer_id)
    kind = request.GET.get("kind", "")
    facts = _select_facts(customer, own, kind)
    page = Paginator(facts, _PER_PAGE).get_page(request.GET.get("page"))
    opted_out = bool(list_opted_out([customer_id]))
    night = card.night if card else Night.objects.order_by("-as_of").first()
    return {
        "customer": customer,
        "title": customer.person.get("name") or customer_id,
        "card": card,
        "currency": night.currency if night else "EUR",
        "night": night,
        "row": describe_card(card, language) if card else None,
        "absence": None if card else _explain_absence(customer_id, language),
        "chart": draw_scores(customer.scores),
        "moves": find_score_moves(customer.scores, customer.facts),
        "events": [{"event": event, "can_undo": _can_undo(request, event)} for event in own],
        "page": page,
        "kind": kind,
        "kinds": KINDS,
        "is_mine": card is not None and card.claimed_by_id == request.user.pk,
        "is_free": card is not None and card.claimed_by_id is None,
        "opted_out": opted_out,
        # whoever asked today not to be contacted is offered nothing
        "offers": [] if opted_out else describe_offers(settings.DESK_OUT, customer_id, load_language(language)),
        "outcomes": list_choices("outcome", OUTCOMES),
        "overrides": list_choices("override", OVERRIDES),
        "actions": [
            (code, action["words"][language])
            for code, action in (card.night.list_playbook_actions() if card else {}).items()
        ],
        "key": draw_key(),
        "keys": (draw_key(), draw_key(), draw_key()),
        "next_days": list_next_days(),
        "tomorrow": timezone.localtime(clock.now()).date() + timezone.timedelta(days=1),
        "may_act": card is not None or may(request.user, "look_up"),
    }


def _list_own_events(customer_id: str) -> list[Event]:
    """Return what the team did with a customer, newest first."""
    events = Event.objects.filter(customer_id=customer_id, kind__in=_OWN_EVENTS)
    return list(events.select_related("person", "assignee").order_by("-id"))


def _explain_absence(customer_id: str, language: str) -> str | None:
    """Return why the newest list does not have a customer, in words; the draw and the cut are one answer."""
    path = WorklistFiles.into(settings.DESK_OUT).absences
    why = read_absence(path, customer_id) if path.is_file() else None
    return None if why is None else list_code_words(load_language(language))["why"][why]


def _select_facts(customer: LakeCustomer, own: list[Event], kind: str) -> list[Any]:
    """Return the facts of a kind; a contact that the desk logged is among its events already."""
    moments = {event.at for event in own if event.kind == Kind.OUTCOME}
    facts = [fact for fact in customer.facts if not (fact.kind == "contact" and fact.at in moments)]
    return [fact for fact in facts if fact.kind == kind] if kind in KINDS else facts


def _can_undo(request: HttpRequest, event: Event) -> bool:
    return event.person_id == request.user.pk and event.kind in Kind.CAN_UNDO and acting.can_undo(event)
