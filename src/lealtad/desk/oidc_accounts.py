"""Accounts that single sign-on opens: those that an administrator added, by a verified email."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.dispatch import receiver
from django.shortcuts import render

from lealtad.desk.event_kinds import Kind
from lealtad.desk.events import record
from lealtad.desk.forms import say
from lealtad.desk.models import Person

if TYPE_CHECKING:
    from allauth.socialaccount.models import SocialLogin
    from django.http import HttpRequest

_LOGIN = "login"


class DeskAccounts(DefaultAccountAdapter):
    """Open no account, and send no mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return no: accounts are an administrator's."""
        return False

    def add_message(self, *_: Any, **__: Any) -> None:
        """Add nothing: the sentences of the package are not the desk's words."""


class DeskSingleSignOn(DefaultSocialAccountAdapter):
    """Let in whoever has an account here already; roles and teams stay the desk's."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Return no: the provider says who somebody is, not what they may do."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account of whoever the provider names; the first time by a verified email.

        Raises
        ------
        ImmediateHttpResponse
            With the page of a refusal, if there is no such account, or it is not active.
        """
        if sociallogin.state.get("process", _LOGIN) != _LOGIN:
            raise _refuse(request)
        if not sociallogin.is_existing:
            person = find_person(sociallogin)
            if person is None:
                record(Kind.LOGIN_FAILED, words=str(sociallogin.account.uid)[:150])
                raise _refuse(request)
            sociallogin.connect(request, person)
        if not sociallogin.user.is_active:
            record(Kind.LOGIN_FAILED, sociallogin.user)
            raise _refuse(request)

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Answer whatever went wrong at the provider with one page, which repeats nothing of it."""
        raise _refuse(request)


def find_person(sociallogin: SocialLogin) -> Person | None:
    """Return the active account that has a verified email of the provider; None for none, or for several."""
    verified = [address.email for address in sociallogin.email_addresses if address.verified and address.email]
    people = [p for email in verified for p in Person.objects.filter(email__iexact=email, is_active=True)]
    return people[0] if len({person.pk for person in people}) == 1 else None


@receiver(user_logged_in)
def note_login(user: Person, **_: Any) -> None:
    """Note a login by single sign-on, as the desk's own login does."""
    record(Kind.LOGGED_IN, user)


def _refuse(request: HttpRequest) -> ImmediateHttpResponse:
    sentence = say("You have no account at the desk, or it is not active. An administrator can add your email.")
    context = {"said": sentence, "back": "/login/"}
    return ImmediateHttpResponse(render(request, "desk/message.html", context, status=403))
