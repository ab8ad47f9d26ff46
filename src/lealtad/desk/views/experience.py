"""The journey, the KPIs and the monitor, from the figures that the night left."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.shortcuts import render

from lealtad.desk.earned import read_earned
from lealtad.desk.findings import describe_company, describe_journey, read_figures, read_monitor
from lealtad.desk.guard import require
from lealtad.desk.loyalty import describe_verbatims, read_drivers, read_themes
from lealtad.desk.models import Night
from lealtad.desk.places import load_company_language
from lealtad.experience.alerts import read_ledger

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from lealtad.base.language import Language


_STAGES = ("awareness", "consideration", "purchase", "service", "loyalty", "advocacy")


@require("see_experience")
def show_journey(request: HttpRequest) -> HttpResponse:
    """Show the touchpoints by stage, or those that miss a target."""
    figures, language = read_figures(settings.DESK_OUT), _load_language(request)
    touchpoints = describe_journey(figures, language, describe_verbatims(settings.DESK_OUT, language))
    only_misses = request.GET.get("misses") == "1"
    if only_misses:
        touchpoints = [t for t in touchpoints if any(line.missed for line in t["lines"])]
    stages: dict[str, list[dict[str, Any]]] = {}
    for touchpoint in touchpoints:
        stages.setdefault(touchpoint["stage"], []).append(touchpoint)
    context = {
        "stages": [(stage, stages[stage]) for stage in sorted(stages, key=_find_place)],
        "as_of": _find_date(request, figures),
        "only_misses": only_misses,
    }
    return render(request, "desk/journey.html", context)


@require("see_experience")
def show_kpis(request: HttpRequest) -> HttpResponse:
    """Show the figures of the company as a whole."""
    figures = read_figures(settings.DESK_OUT)
    context = {
        # what misses its target first, in the order of the page otherwise
        "lines": sorted(describe_company(figures, _load_language(request)), key=lambda line: not line.missed),
        "as_of": _find_date(request, figures),
        "alerts": len(read_ledger(settings.DESK_OUT).open),
        "misses": sum(
            any(line.missed for line in t["lines"]) for t in describe_journey(figures, _load_language(request))
        ),
    }
    return render(request, "desk/kpis.html", context)


@require("see_experience")
def show_monitor(request: HttpRequest) -> HttpResponse:
    """Show what the lists promised and delivered, and whether to train again."""
    night = Night.objects.order_by("-as_of").first()
    context = {
        "report": read_monitor(settings.DESK_OUT, _load_language(request)),
        "currency": night.currency if night else "EUR",
    }
    return render(request, "desk/monitor.html", context)


@require("see_experience")
def show_drivers(request: HttpRequest) -> HttpResponse:
    """Show which touchpoints and moments decide NPS, churn or margin."""
    drivers = read_drivers(settings.DESK_OUT, request.GET.get("outcome", ""), _load_language(request))
    return render(request, "desk/drivers.html", {"drivers": drivers})


@require("see_experience")
def show_themes(request: HttpRequest) -> HttpResponse:
    """Show what customers say, and what each theme takes from the NPS."""
    return render(request, "desk/themes.html", {"themes": read_themes(settings.DESK_OUT, _load_language(request))})


@require("see_experience")
def show_earned(request: HttpRequest) -> HttpResponse:
    """Show what the lists earned, against customers held out at random."""
    night = Night.objects.order_by("-as_of").first()
    actions = night.actions if night else {}
    context = {
        "earned": read_earned(settings.DESK_OUT, actions, _load_language(request)),
        "currency": night.currency if night else "EUR",
    }
    return render(request, "desk/earned.html", context)


def _load_language(request: HttpRequest) -> Language:
    night = Night.objects.order_by("-as_of").first()
    return load_company_language(request.LANGUAGE_CODE, night.currency if night else "EUR")


def _find_date(request: HttpRequest, figures: list[dict[str, Any]]) -> str:
    return _load_language(request).date(datetime.fromisoformat(figures[0]["as_of"])) if figures else ""


def _find_place(stage: str) -> int:
    """Return where a stage stands on the journey; unknown ones come last."""
    return _STAGES.index(stage) if stage in _STAGES else len(_STAGES)
