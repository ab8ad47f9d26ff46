"""Single sign-on to accounts that an administrator added, matched by verified email."""

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
    """Disables self-registration and mails of django-allauth."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Return False: only administrators add accounts."""
        return False

    def add_message(self, *_: Any, **__: Any) -> None:
        """Add no message, because the package's sentences are not the desk's."""


class DeskSingleSignOn(DefaultSocialAccountAdapter):
    """Logs in people with an existing account; roles and teams stay those of the desk."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:  # noqa: ARG002
        """Return False: the provider proves an identity, not permissions."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find the account of the person that the provider identifies; the first time by verified email.

        Raises
        ------
        ImmediateHttpResponse
            With a refusal page, if there is no such account, or it is not active.
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
        """Answer any error of the provider with one page that does not repeat its content."""
        raise _refuse(request)


def find_person(sociallogin: SocialLogin) -> Person | None:
    """Return the active account with a verified email of the provider; None if there is none, or several."""
    verified = [address.email for address in sociallogin.email_addresses if address.verified and address.email]
    people = [p for email in verified for p in Person.objects.filter(email__iexact=email, is_active=True)]
    return people[0] if len({person.pk for person in people}) == 1 else None


@receiver(user_logged_in)
def note_login(user: Person, **_: Any) -> None:
    """Record a login by single sign-on, like the desk's own login."""
    record(Kind.LOGGED_IN, user)


def _refuse(request: HttpRequest) -> ImmediateHttpResponse:
    sentence = say("You have no account at the desk, or it is not active. An administrator can add your email.")
    context = {"said": sentence, "back": "/login/"}
    return ImmediateHttpResponse(render(request, "desk/message.html", context, status=403))
