"""Adding accounts from the command line: one by name, or one per role for a demonstration."""

from __future__ import annotations

import secrets

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.desk.event_kinds import Kind
from lealtad.desk.events import record
from lealtad.desk.models import ROLES, Person

DEMO_NAMES = {"rep": "rosa", "lead": "lucia", "head": "hugo", "administrator": "ada"}
_BYTES = 12


def add_person(username: str, password: str, role: str, team: str = "", language: str = "en") -> Person:
    """Add an account, or give the account of that name a new password, role and team.

    Raises
    ------
    SettingsError
        If the role is unknown, the name is empty or the password is weak.
    """
    if role not in ROLES:
        raise SettingsError(
            place="--role", expected=", ".join(ROLES), found=f"'{role}'", fix=suggest_name(role, ROLES)
        )
    if not username or len(username) > Person._meta.get_field("username").max_length:
        raise SettingsError(
            place="adduser",
            expected="the name of an account",
            found=f"'{username}'",
            fix="Run lealtad desk adduser NAME --role rep.",
        )
    person = Person.objects.filter(username=username).first() or Person(username=username)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise SettingsError(
            place="password",
            expected="a password of at least 12 characters that is not common",
            found=f"one that is weak ({' '.join(error.messages)})",
            fix="Choose another one.",
        ) from None
    person.role, person.team, person.language, person.is_active = role, team, language, True
    person.set_password(password)
    person.save()
    record(Kind.ACCOUNT_CHANGED, words=username)
    return person


def draw_password() -> str:
    """Return a random password."""
    return secrets.token_urlsafe(_BYTES)


def add_demo_people(language: str) -> dict[str, str]:
    """Add one account per role unless it exists; return the passwords of the new ones by account."""
    passwords = dict[str, str]()
    for role, username in DEMO_NAMES.items():
        if not Person.objects.filter(username=username).exists():
            passwords[username] = draw_password()
            add_person(username, passwords[username], role, "retention" if role == "rep" else "", language)
    return passwords
