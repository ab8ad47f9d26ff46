"""Permissions: the rights of every role, and one function that checks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.desk.event_kinds import Status
from lealtad.desk.models import Card, Person

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import QuerySet

# a right is a verb of the desk; a role is a set of rights
RIGHTS: dict[str, frozenset[str]] = {
    "rep": frozenset({"work", "look_up"}),
    "lead": frozenset({"work", "look_up", "lead", "export", "see_experience"}),
    "head": frozenset({"see_experience", "see_progress"}),
    "administrator": frozenset({"administer", "export", "see_progress"}),
}


def may(person: Person | AnonymousUser, right: str, card: Card | None = None) -> bool:
    """Return whether a person has a right, optionally for a card.

    Parameters
    ----------
    right
        `work` (the list, claim, act, override), `look_up` (customers on no list), `lead` (progress, reassign),
        `export`, `see_progress`, `see_experience`, `administer`, or `be_here` (anybody with an account).
    card
        The card concerned: it must belong to the person's team, unless the person has none or holds the card.
    """
    if not isinstance(person, Person) or not person.is_active:
        return False
    if right == "be_here":
        return True
    if right == "see_progress" and may(person, "lead"):
        return True
    if right not in RIGHTS.get(person.role, frozenset()) or (right == "look_up" and not person.may_look_up):
        return False
    return card is None or person.team in {"", card.team} or card.claimed_by_id == person.pk


def list_team(lead: Person) -> QuerySet[Person]:
    """Return the people to whom a lead may assign customers."""
    people = Person.objects.filter(is_active=True, role__in=["rep", "lead"]).order_by("team", "username")
    return people.filter(team__in=["", lead.team]) if lead.team else people


def select_cards(person: Person) -> QuerySet[Card]:
    """Return the open cards that a person may see, those for which `may(person, "work", card)` holds."""
    cards = Card.objects.filter(status__in=Status.AT_WORK)
    if not may(person, "work"):
        return cards.none()
    if person.team:
        return cards.filter(team=person.team) | cards.filter(claimed_by=person)
    return cards
