"""The navigation: the pages that a person may open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lealtad.desk.permissions import may

if TYPE_CHECKING:
    from django.http import HttpRequest

# by name of the route: the required right and the label
PAGES = (
    ("list", "work", "My list"),
    ("search", "look_up", "Customers"),
    ("team", "see_progress", "Team"),
    ("overrides", "see_progress", "Overrides"),
    ("journey", "see_experience", "Journey"),
    ("kpis", "see_experience", "KPIs"),
    ("drivers", "see_experience", "Drivers"),
    ("themes", "see_experience", "Customers’ words"),
    ("alerts", "see_experience", "Alerts"),
    ("monitor", "see_experience", "Monitor"),
    ("earned", "see_experience", "What it earned"),
    ("accounts", "administer", "Accounts"),
    ("tokens", "administer", "Systems"),
    ("audit", "administer", "Audit log"),
)


def describe_page(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every page: its language, and the pages that the person may open."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    return {
        "code": getattr(request, "LANGUAGE_CODE", "en"),
        "pages": [page for page in PAGES if user is not None and may(user, page[1])],
        "here": match.url_name if match else "",
    }


def find_home(user: Any) -> str:
    """Return the name of the first page of a person; without a list to work, the experience begins with KPIs."""
    if may(user, "see_experience") and not may(user, "work"):
        return "kpis"
    return next((name for name, right, _ in PAGES if may(user, right)), "password_change")
