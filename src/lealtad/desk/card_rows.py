"""The rows of the list: selection, order and texts of cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from lealtad.desk import clock
from lealtad.desk.claims import queue_cards
from lealtad.desk.event_kinds import Status
from lealtad.desk.models import Night, Person
from lealtad.desk.search_index import search_customers
from lealtad.desk.words import load_language, name_code, translate_sentence
from lealtad.worklist.wording import list_code_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lealtad.desk.models import Card

FILTERS = ("team", "action", "segment", "quadrant", "due", "claimed", "q")
_MOST_ROWS = 1000
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class ListFilters:
    """The filters of the list in the query of the URL."""

    values: Mapping[str, str]

    @classmethod
    def read(cls, query: Mapping[str, str]) -> ListFilters:
        """Read the known filters of a query; everything else is ignored."""
        return cls({name: query[name][:100] for name in FILTERS if query.get(name)})

    def encode(self) -> str:
        """Return the filters as a query."""
        return urlencode(self.values)

    def select(self, person: Person) -> QuerySet[Card]:
        """Return the cards that match the filters, by rank, with due cards first."""
        cards = queue_cards(person).defer("details")
        equal = {
            name: self.values[name] for name in ("team", "action", "segment", "quadrant") if name in self.values
        }
        cards = cards.filter(**equal)
        cards = _filter_claimed(cards, person, self.values.get("claimed", ""))
        cards = _filter_due(cards, self.values.get("due", ""))
        if "q" in self.values:
            matches = search_customers(settings.DESK_FOLDER, self.values["q"], _MOST_ROWS)
            ids = [row["customer_id"] for row in matches]
            cards = cards.filter(Q(customer_id__in=ids) | Q(name__icontains=self.values["q"]))
        return cards.order_by("rank", "id")[:_MOST_ROWS]


def _filter_claimed(cards: QuerySet[Card], person: Person, who: str) -> QuerySet[Card]:
    now = clock.now()
    is_held = Q(claimed_by__isnull=False) & (Q(claimed_until__gte=now) | Q(status=Status.WAITING))
    if who == "mine":
        return cards.filter(is_held, claimed_by=person)
    if who == "free":
        return cards.filter(status=Status.OPEN).exclude(is_held)
    if who == "others":
        return cards.filter(is_held).exclude(claimed_by=person)
    return cards


def _filter_due(cards: QuerySet[Card], due: str) -> QuerySet[Card]:
    today = clock.begin_day()
    if due == "late":
        return cards.filter(Q(due_by__lt=today) | Q(status=Status.WAITING, next_at__lt=clock.now()))
    if due == "today":
        return cards.filter(due_by__lt=today + timedelta(days=1))
    if due == "week":
        return cards.filter(due_by__lt=today + _WEEK)
    return cards


def describe_rows(cards: Iterable[Card], person: Person, language: str) -> list[dict[str, Any]]:
    """Return the texts that the page shows for each card."""
    shown = list(cards)
    nights = Night.objects.in_bulk({card.night_id for card in shown})
    people = Person.objects.in_bulk({card.claimed_by_id for card in shown if card.claimed_by_id})
    quadrants, now, today = list_code_words(load_language(language))["quadrant"], clock.now(), clock.begin_day()
    write_day = cache(lambda moment: load_language(language).date(timezone.localtime(moment)))
    rows = []
    for card in shown:
        night, waits = nights[card.night_id], card.status == Status.WAITING
        holder = people.get(card.claimed_by_id)
        is_held = holder is not None and (waits or (card.claimed_until is not None and card.claimed_until >= now))
        due = card.next_at if waits else card.due_by
        value = card.value_at_stake
        rows.append(
            {
                "id": card.pk,
                "customer_id": card.customer_id,
                "query": urlencode({"id": card.customer_id}),
                "rank": card.rank,
                "name": card.name,
                "reason": card.reasons.get(language) or card.reason,
                "action": night.name_action(card.action, language),
                "due": "" if due is None else write_day(due),
                "is_late": due is not None and due < (now if waits else today),
                "value": "" if value is None else load_language(language, night.currency).money(value),
                "segment": card.segment,
                "quadrant": quadrants.get(card.quadrant, card.quadrant),
                "is_free": card.status == Status.OPEN and not is_held,
                "is_mine": is_held and card.claimed_by_id == person.pk,
                "holder": _describe_holder(holder, language, waits=waits) if is_held else "",
            }
        )
    return rows


def _describe_holder(holder: Person | None, language: str, *, waits: bool) -> str:
    """Describe who works on a card, and whether it waits for its date."""
    name = holder.shown_name if holder else ""
    return f"{name}, {name_code('status', Status.WAITING, language).lower()}" if waits else name


def list_filter_choices(person: Person, language: str) -> list[dict[str, Any]]:
    """Return the choices of each filter, as far as the person's cards have them."""
    cards = list(queue_cards(person).values_list("team", "action", "segment", "quadrant").distinct())
    words = list_code_words(load_language(language))
    actions = _name_actions(person, language)
    named = {"team": words["owner"], "action": actions, "segment": {}, "quadrant": words["quadrant"]}
    labels = {"team": "Owner", "action": "Action", "segment": "Segment", "quadrant": "Quadrant"}
    codes = {name: sorted({card[i] for card in cards} - {""}) for i, name in enumerate(labels)}
    # a filter with only one value is not a choice
    choices = [
        {
            "name": name,
            "label": translate_sentence(labels[name], language),
            "options": [(code, named[name].get(code, code)) for code in codes[name]],
        }
        for name in labels
        if len(codes[name]) > 1
    ]
    fixed = {
        "due": ("Due", {"late": "Late", "today": "Today", "week": "Within a week"}),
        "claimed": ("Claimed", {"mine": "Mine", "free": "Free", "others": "Others’"}),
    }
    for name, (label, options) in fixed.items():
        translated = [(code, translate_sentence(text, language)) for code, text in options.items()]
        choices.append({"name": name, "label": translate_sentence(label, language), "options": translated})
    return choices


def list_quick_views(language: str) -> list[dict[str, str]]:
    """Return the predefined views of the list: query and name."""
    fixed = {
        "": "All",
        "claimed=mine": "Mine",
        "claimed=free": "Free",
        "due=late": "Late",
        "due=today": "Today",
    }
    return [{"query": query, "name": translate_sentence(name, language)} for query, name in fixed.items()]


def _name_actions(person: Person, language: str) -> dict[str, str]:
    card = queue_cards(person).select_related("night").order_by("-night__as_of").first()
    actions = card.night.actions if card else {}
    return {code: action["words"][language] for code, action in actions.items()}
