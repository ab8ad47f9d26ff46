"""Middleware: the content security policy, no caching of customer pages, the person's language."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.http import HttpResponseBadRequest
from django.utils import translation

from lealtad.base.visible_text import reveal
from lealtad.desk.models import Person

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

LANGUAGE_COOKIE = "desk_language"
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        # forms may redirect to the provider of single sign-on
        " ".join(["form-action 'self'", *([settings.DESK_OIDC.origin] if settings.DESK_OIDC else [])]),
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
_FORM_VALUE = re.compile(r'(\svalue="[^"]*")')  # form values are submitted back unchanged
_RIGHTS = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class PageHeaders:
    """Set the security headers of a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Content-Security-Policy"] = POLICY
        response["Permissions-Policy"] = _RIGHTS
        if not request.path.startswith(settings.STATIC_URL):
            response["Cache-Control"] = "no-store"
        return response


class RefuseNul:
    """Refuse a request with a NUL character: no text of the desk has one, and PostgreSQL cannot hold it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        values = (
            value for data in (request.GET, request.POST) for key in data for value in (key, *data.getlist(key))
        )
        if "\x00" in request.path or any("\x00" in value for value in values):
            return HttpResponseBadRequest("a request of the desk has no NUL character", content_type="text/plain")
        return self.get_response(request)


class VisibleText:
    """Escape control and direction characters in what a page shows; form values are unchanged."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.streaming and response.get("Content-Type", "").startswith("text/html"):
            parts = _FORM_VALUE.split(response.content.decode())
            shown = "".join(part if place % 2 else reveal(part) for place, part in enumerate(parts))
            response.content = shown.encode()
        return response


class OneWriter:
    """Serialise the writers of one process on SQLite, which is faster than retrying."""

    _turn = threading.Lock()

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"} or connection.vendor != "sqlite":
            return self.get_response(request)
        with self._turn:
            return self.get_response(request)


class PersonLanguage:
    """Use the language of the person's account; before the login, that of the cookie or the browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = choose_language(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response["Content-Language"] = code
        return response


def choose_language(request: HttpRequest) -> str:
    """Return the code of the language to use."""
    if isinstance(request.user, Person):
        return request.user.language
    cookie = request.COOKIES.get(LANGUAGE_COOKIE, "")
    return cookie if cookie in {"en", "es"} else translation.get_language_from_request(request)[:2]
