"""The forms of the desk, with messages in the person's language."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone, translation

from lealtad.desk import clock
from lealtad.desk.acting import Act
from lealtad.desk.event_kinds import OTHER_ACTION, OTHER_DATE, OUTCOMES, OVERRIDES, Kind
from lealtad.desk.models import ROLES, Person
from lealtad.desk.words import CODES, load_language, name_code, translate_sentence
from lealtad.worklist.wording import list_code_words

_MORNING = time(9)
_MOST_WORDS = 4000
_LATEST_DAYS = 366
# days until the next attempt, as offered by the form
NEXT_DAYS = (1, 2, 7)


def say(sentence_in_english: str) -> str:
    """Return a sentence in the language of the request."""
    return translate_sentence(sentence_in_english, (translation.get_language() or "en")[:2])


def name_team(code: str) -> str:
    """Return the words of a team in the language of the request."""
    words: dict[str, str] = list_code_words(load_language((translation.get_language() or "en")[:2]))["owner"]
    return words.get(code, code)


def _name(kind: str, codes: tuple[str, ...]) -> list[tuple[str, str]]:
    language = (translation.get_language() or "en")[:2]
    return [(code, name_code(kind, code, language)) for code in codes]


class ActForm(forms.Form):
    """The form for an outcome, an override or a delay."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in Kind.CAN_UNDO])
    outcome = forms.ChoiceField(required=False)
    code = forms.ChoiceField(required=False)
    action = forms.CharField(required=False, max_length=40)
    words = forms.CharField(required=False, max_length=_MOST_WORDS)
    next_day = forms.DateField(required=False)
    in_days = forms.ChoiceField(required=False, choices=[("", ""), *((str(days), "") for days in NEXT_DAYS)])
    version = forms.IntegerField(required=False)
    key = forms.CharField(required=False, max_length=64)

    def __init__(self, data: Any, actions: set[str]) -> None:
        super().__init__(data)
        self.actions = actions
        self.fields["outcome"].choices = [("", ""), *_name("outcome", OUTCOMES)]
        self.fields["code"].choices = [("", ""), *_name("override", OVERRIDES)]

    def clean(self) -> dict[str, Any]:
        """Check the fields together."""
        values: dict[str, Any] = super().clean() or {}
        kind, code, words = values.get("kind"), values.get("code"), (values.get("words") or "").strip()
        if values.get("in_days") and not values.get("next_day"):
            today = timezone.localtime(clock.now()).date()
            values["next_day"] = today + timedelta(days=int(values["in_days"]))
        if kind == Kind.OUTCOME and not values.get("outcome"):
            self.add_error("outcome", say("Choose the outcome of the contact."))
        if kind == Kind.OVERRIDE:
            self._check_override(code, words, values)
        if kind == Kind.SNOOZED and not values.get("next_day"):
            self.add_error("next_day", say("Choose a date."))
        self._check_day(values.get("next_day"))
        return values

    def _check_override(self, code: str | None, words: str, values: dict[str, Any]) -> None:
        if not code:
            self.add_error("code", say("Choose a reason."))
        if not words:
            self.add_error("words", say("Write the reason in a few words."))
        if code == OTHER_ACTION and values.get("action") not in self.actions:
            self.add_error("action", say("Choose an action of the playbook."))
        if code == OTHER_DATE and not values.get("next_day"):
            self.add_error("next_day", say("Choose a date."))

    def _check_day(self, day: Any) -> None:
        today = timezone.localtime(clock.now()).date()
        if day is not None and not today < day <= today + timedelta(days=_LATEST_DAYS):
            self.add_error("next_day", say("Choose a date after today, within a year."))

    def build_act(self) -> Act:
        """Return the content of the form."""
        values = self.cleaned_data
        day, kind = values.get("next_day"), values["kind"]
        until = None if day is None else timezone.make_aware(datetime.combine(day, _MORNING)).astimezone(UTC)
        return Act(
            kind=kind,
            outcome=values["outcome"] if kind == Kind.OUTCOME else "",
            code=values["code"] if kind == Kind.OVERRIDE else "",
            action=values["action"] if kind == Kind.OVERRIDE else "",
            words=values["words"].strip(),
            until=until,
            version=values["version"],
            key=values["key"],
        )


class PersonForm(forms.ModelForm):
    """The form for an account; a password is required only if it is new or changed."""

    password = forms.CharField(required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))

    class Meta:
        model = Person
        fields = (
            *("username", "first_name", "last_name", "email", "role", "team", "language"),
            *("quota_per_day", "places", "may_look_up", "is_active"),
        )

    def __init__(self, *arguments: Any, teams: list[str], **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.fields["role"].choices = _name("role", ROLES)
        self.fields["team"] = forms.ChoiceField(
            required=False, choices=[("", say("All teams")), *((team, name_team(team)) for team in teams)]
        )
        labels = {
            "username": "Account",
            "first_name": "First name",
            "last_name": "Last name",
            "email": "Email",
            "role": "Role",
            "team": "Team",
            "language": "Language",
            "quota_per_day": "Maximum customers a day",
            "places": "Claimed at a time",
            "may_look_up": "May open customers on no list",
            "is_active": "Active",
            "password": "New password",
        }
        for name, label in labels.items():
            self.fields[name].label = say(label)
            self.fields[name].help_text = ""

    def clean_password(self) -> str:
        """Refuse a weak password, and an account without any."""
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.instance)
        elif self.instance.pk is None and not (settings.DESK_OIDC and self.cleaned_data.get("email")):
            raise forms.ValidationError(say("Choose a password of at least 12 characters."))
        return password

    def save(self, commit: bool = True) -> Person:
        """Save the account."""
        person: Person = super().save(commit=False)
        if self.cleaned_data["password"]:
            person.set_password(self.cleaned_data["password"])
        elif person.pk is None:
            person.set_unusable_password()  # accounts that only use single sign-on need no password
        if commit:
            person.save()
        return person


def list_next_days() -> list[tuple[str, str]]:
    """Return the next dates that the form offers, in words."""
    labels = {1: "Tomorrow", 2: "In two days", 7: "In a week"}
    return [(str(days), say(labels[days])) for days in NEXT_DAYS]


def list_choices(kind: str, codes: tuple[str, ...] | None = None) -> list[tuple[str, str]]:
    """Return codes with their words in the language of the request."""
    return _name(kind, codes or tuple(CODES[kind]))
