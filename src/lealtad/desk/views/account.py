"""One's own account: the password and the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.views import PasswordChangeView
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from lealtad.desk.middleware import LANGUAGE_COOKIE
from lealtad.desk.models import Person

if TYPE_CHECKING:
    from django.http import HttpRequest

_YEAR = 365 * 24 * 60 * 60


class DeskPasswordChange(PasswordChangeView):
    """Change the password; every other session of the account ends."""

    template_name = "desk/password.html"
    success_url = reverse_lazy("home")


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak another language from now on."""
    code, back = request.POST.get("language", ""), request.POST.get("back", "")
    allowed = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    response = redirect(back if allowed else reverse("home"))
    if code in {"en", "es"}:
        response.set_cookie(
            LANGUAGE_COOKIE, code, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure()
        )
        if isinstance(request.user, Person):
            Person.objects.filter(pk=request.user.pk).update(language=code)
    return response


@require_GET
def answer_ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the desk is there, for whoever watches it."""
    return JsonResponse({"ready": True})
