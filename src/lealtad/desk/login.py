"""The login, with protection against guessing: after five failures an account is locked for 15 minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.db.models import Q
from django.shortcuts import render
from django.utils import timezone

from lealtad.desk.event_kinds import Kind
from lealtad.desk.events import record
from lealtad.desk.models import LoginFailure
from lealtad.desk.oidc_settings import PROVIDER_ID

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_PER_ADDRESS = 10  # times the failures of one account, because people share an address


class DeskLogin(LoginView):
    """The login of the desk."""

    template_name = "desk/login.html"
    redirect_authenticated_user = True

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        """Add the provider of single sign-on, where there is one."""
        return {**super().get_context_data(**values), "oidc": settings.DESK_OIDC, "oidc_id": PROVIDER_ID}

    def post(self, request: HttpRequest, *arguments: Any, **values: Any) -> HttpResponse:
        """Check the password, unless there were too many failures."""
        username, address = read_username(request), find_address(request)
        if is_locked(username, address):
            record(Kind.LOCKED_OUT, words=username)
            context = {"minutes": settings.DESK_LOCKOUT_MINUTES}
            return render(request, "desk/locked.html", context, status=429)
        return super().post(request, *arguments, **values)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Count the failure."""
        username = read_username(self.request)
        LoginFailure.objects.create(at=timezone.now(), username=username, address=find_address(self.request))
        record(Kind.LOGIN_FAILED, words=username)
        return super().form_invalid(form)

    def form_valid(self, form: Any) -> HttpResponse:
        """Start a session under a new key, and forget the failures of the account."""
        response = super().form_valid(form)
        LoginFailure.objects.filter(username=read_username(self.request)).delete()
        record(Kind.LOGGED_IN, self.request.user)
        return response


def read_username(request: HttpRequest) -> str:
    """Return the account name of a login, in the form under which failures are counted."""
    return request.POST.get("username", "").strip().lower()[:150]


def find_address(request: HttpRequest) -> str:
    """Return the client's address of a request; behind a proxy, the one that the proxy reports."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.DESK_BEHIND_PROXY else ""
    return (forwarded.split(",")[-1].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def is_locked(username: str, address: str) -> bool:
    """Return whether an account or an address failed too often recently."""
    since = timezone.now() - timedelta(minutes=settings.DESK_LOCKOUT_MINUTES)
    LoginFailure.objects.filter(at__lt=since).delete()
    recent = LoginFailure.objects.filter(Q(username=username) | Q(address=address))
    of_account = recent.filter(username=username).count()
    of_address = recent.filter(address=address).count()
    most = settings.DESK_FAILED_LOGINS
    return of_account >= most or of_address >= most * _PER_ADDRESS
