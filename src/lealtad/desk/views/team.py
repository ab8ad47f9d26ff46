"""The team: progress, what is late, reassigning, outcomes by action, the playbook as it is in force."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from lealtad.desk import claims, clock
from lealtad.desk.card_rows import describe_rows
from lealtad.desk.events import RefusalError, StaleError
from lealtad.desk.forms import say
from lealtad.desk.guard import require
from lealtad.desk.models import Card, Night, Person
from lealtad.desk.override_results import read_override_results
from lealtad.desk.permissions import list_team, may
from lealtad.desk.team_progress import (
    compute_outcomes,
    compute_progress,
    list_late_cards,
    read_capacity_scenarios,
)
from lealtad.desk.views.worklist import describe_stale, find_way_back, read_ticked
from lealtad.desk.words import load_language, name_code, translate_sentence
from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    from django.http import HttpRequest

_OUTCOME_DAYS = 90
_MOST_LATE = 200


@require("see_progress")
def show_team(request: HttpRequest) -> HttpResponse:
    """Show how the day goes; people are shown by what they hold, never by outcomes."""
    person, language = request.user, request.LANGUAGE_CODE
    night = Night.objects.order_by("-as_of").first()
    can_lead = may(person, "lead")
    late = list_late_cards(person.team)[:_MOST_LATE] if can_lead else []
    cards = Card.objects.filter(claimed_by__isnull=False, claimed_until__gte=clock.now(), status="open")
    cards = cards.defer("details").order_by("rank")
    if person.team:
        cards = cards.filter(team=person.team)
    context = {
        "night": night,
        "currency": night.currency if night else "EUR",
        "progress": _describe_progress(person, night, language),
        "outcomes": _describe_outcomes(person, night, language),
        "people": _describe_people(person, language) if can_lead else [],
        "late": describe_rows(late, person, language),
        "held": describe_rows(cards[:_MOST_LATE], person, language) if can_lead else [],
        "capacity": _describe_capacity(person, language),
        "playbook": _describe_playbook(night, language),
        "can_lead": can_lead,
        "days": _OUTCOME_DAYS,
    }
    return render(request, "desk/team.html", context)


@require("lead", "POST")
def assign(request: HttpRequest) -> HttpResponse:
    """Give a customer to another person, or back to the queue."""
    number, chosen = request.POST.get("card", ""), request.POST.get("person", "")
    assignee = Person.objects.filter(pk=chosen, is_active=True).first() if chosen.isdecimal() else None
    if not number.isdecimal() or (chosen and assignee is None):
        raise Http404
    try:
        claims.assign(request.user, int(number), assignee, request.POST.get("key", "")[:64])
    except Card.DoesNotExist as error:
        raise Http404 from error
    except RefusalError as error:
        sentence = name_code("refusal", error.code, request.LANGUAGE_CODE)
        return render(request, "desk/message.html", {"said": sentence, "back": "/team/"}, status=403)
    except StaleError as error:
        sentence = describe_stale(error, request.LANGUAGE_CODE)
        return render(request, "desk/message.html", {"said": sentence, "back": "/team/"}, status=409)
    messages.success(request, say("Assigned."))
    return redirect("team")


@require("lead", "POST")
def assign_several(request: HttpRequest) -> HttpResponse:
    """Give the ticked customers, or all of a person, to another one or back to the queue."""
    chosen, source = request.POST.get("person", ""), request.POST.get("of", "")
    assignee = list_team(request.user).filter(pk=chosen).first() if chosen.isdecimal() else None
    holder = list_team(request.user).filter(pk=source).first() if source.isdecimal() else None
    if (chosen and assignee is None) or (source and holder is None):
        raise Http404
    cards = list(claims.list_held(holder).values_list("pk", flat=True)) if holder else read_ticked(request)
    count, missed = claims.assign_several(request.user, cards, assignee)
    messages.success(request, translate_sentence("{n} assigned.", request.LANGUAGE_CODE, n=count))
    if missed:
        sentence = translate_sentence("{n} could not be assigned.", request.LANGUAGE_CODE, n=missed)
        messages.warning(request, sentence)
    return redirect(find_way_back(request))


@require("see_progress")
def show_overrides(request: HttpRequest) -> HttpResponse:
    """Show what became of the customers whom the team skipped, by reason."""
    results, settled_at = read_override_results()
    rows = [{**row, "words": name_code("override", row["code"], request.LANGUAGE_CODE)} for row in results]
    return render(request, "desk/overrides.html", {"rows": rows, "settled_at": settled_at})


def _describe_people(lead: Person, language: str) -> list[dict[str, Any]]:
    """Return what each person of the team holds and may still claim; nothing of the outcome."""
    owners = list_code_words(load_language(language))["owner"]
    return [
        {
            "person": person,
            "team": owners.get(person.team, person.team),
            "held": claims.list_held(person).count(),
            "today": claims.count_claims_today(person=person),
        }
        for person in list_team(lead)
    ]


def _describe_progress(person: Person, night: Night | None, language: str) -> list[dict[str, Any]]:
    owners = list_code_words(load_language(language))["owner"]
    return [
        {"progress": team, "name": owners.get(team.team, team.team)} for team in compute_progress(person, night)
    ]


def _describe_outcomes(person: Person, night: Night | None, language: str) -> list[dict[str, Any]]:
    since = clock.now() - timedelta(days=_OUTCOME_DAYS)
    return [
        {"outcomes": row, "name": night.name_action(row.action, language) if night else row.action}
        for row in compute_outcomes(since, person.team)
    ]


def _describe_capacity(person: Person, language: str) -> list[dict[str, Any]]:
    owners = list_code_words(load_language(language))["owner"]
    rows = read_capacity_scenarios(settings.DESK_OUT, person.team)
    return [{**row, "name": owners.get(row["owner"], row["owner"])} for row in rows]


def _describe_playbook(night: Night | None, language: str) -> list[dict[str, Any]]:
    owners = list_code_words(load_language(language))["owner"]
    return [
        {**action, "name": action["words"][language], "owner_name": owners.get(action["owner"], action["owner"])}
        for action in (night.list_playbook_actions() if night else {}).values()
    ]
