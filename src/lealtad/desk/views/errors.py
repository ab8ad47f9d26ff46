"""Pages for what is refused, absent or broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def refuse_forgery(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Refuse a form that does not come from a page of the desk."""
    return _show(request, 403, "This form has expired. Go back, load the page again and repeat.")


def refuse_access(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """Refuse a page that the person's role may not open."""
    return _show(request, 403, "Your role does not allow this.")


def miss_page(request: HttpRequest, exception: Any = None) -> HttpResponse:  # noqa: ARG001
    """Answer for a page that does not exist."""
    return _show(request, 404, "This page or customer does not exist.")


def fail(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of the desk."""
    return _show(request, 500, "Something went wrong at the desk. Nothing was saved; try again.")


def _show(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    return render(request, "desk/message.html", {"sentence": sentence, "status": status}, status=status)
