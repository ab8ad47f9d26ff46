"""The desk's data: people, nights, cards, and the append-only events from which card states are computed.

The holdout is in no table here: a night delivers the customers of the list alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractUser
from django.db import models

from lealtad.desk.event_kinds import Kind, Status

if TYPE_CHECKING:
    from typing import ClassVar

ROLES = ("rep", "lead", "head", "administrator")
_CODE, _ID, _KEY = 40, 200, 64


class Person(AbstractUser):
    """A person with an account.

    Attributes
    ----------
    role
        What the person may do; see `permissions`.
    team
        The owner of the playbook whose customers the person sees; empty: all owners.
    quota_per_day
        The most customers that the person can claim a day; null sets no limit.
    places
        How many customers the desk keeps claimed for the person; 0: the person claims by hand.
    may_look_up
        Whether the person may open customers who are on no list.
    """

    role = models.CharField(max_length=_CODE, choices=[(role, role) for role in ROLES], default="rep")
    team = models.CharField(max_length=_CODE, blank=True, default="")
    language = models.CharField(max_length=2, choices=[("en", "English"), ("es", "Español")], default="en")
    quota_per_day = models.PositiveIntegerField(null=True, blank=True)
    places = models.PositiveSmallIntegerField(default=0)
    may_look_up = models.BooleanField(default=True)

    @property
    def shown_name(self) -> str:
        """The person's name, or the account's."""
        return self.get_full_name() or self.username


class Night(models.Model):
    """A delivered list, with the parts of the playbook that its page needs."""

    list_id = models.CharField(max_length=_ID, unique=True)
    as_of = models.DateTimeField(db_index=True)
    campaign_id = models.CharField(max_length=_ID, blank=True)
    delivered_at = models.DateTimeField()
    currency = models.CharField(max_length=3, default="EUR")
    horizon_days = models.FloatField(default=28)
    size = models.PositiveIntegerField(default=0)
    actions = models.JSONField(default=dict)  # by code: words, owner, channel, costs, capacity
    owners = models.JSONField(default=dict)  # by code: contacts a day

    def list_playbook_actions(self) -> dict[str, Any]:
        """Return the actions that can be chosen for any customer, without recommendations of single products."""
        return {code: action for code, action in self.actions.items() if "campaign_id" not in action}

    def name_action(self, code: str, language: str) -> str:
        """Return the name of an action; a code unknown to this night is returned unchanged."""
        return str(self.actions.get(code, {}).get("words", {}).get(language, code))


class Card(models.Model):
    """A customer to contact, as listed by a night, and the state of the work on them.

    The second group of columns is computed from the card's events; see `fold`.
    """

    night = models.ForeignKey(Night, on_delete=models.PROTECT, related_name="cards")
    customer_id = models.CharField(max_length=_ID, db_index=True)
    rank = models.PositiveIntegerField()
    team = models.CharField(max_length=_CODE, db_index=True)
    suggested_action = models.CharField(max_length=_CODE)
    channel = models.CharField(max_length=_CODE, blank=True)
    segment = models.CharField(max_length=_ID, blank=True)
    quadrant = models.CharField(max_length=_CODE, blank=True)
    name = models.CharField(max_length=_ID, blank=True)
    due_by = models.DateTimeField(null=True)
    probability = models.FloatField(null=True)
    value_at_stake = models.FloatField(null=True)
    expected_gain = models.FloatField(null=True)
    reason = models.TextField(blank=True)
    reasons = models.JSONField(default=dict)  # the first reason by language
    details = models.JSONField(default=dict)  # the row of the list, with codes

    status = models.CharField(max_length=_CODE, default=Status.OPEN, db_index=True)
    claimed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="claims")
    claimed_until = models.DateTimeField(null=True)
    action = models.CharField(max_length=_CODE)
    outcome = models.CharField(max_length=_CODE, blank=True)
    next_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["status", "team", "rank"], name="desk_card_queue")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer_id"],
                condition=models.Q(status__in=Status.AT_WORK),
                name="desk_card_one_at_work",
            )
        ]


class Event(models.Model):
    """An event at the desk, never changed and never removed. The events are also the audit log.

    Attributes
    ----------
    person
        The person who did it; null: the desk itself.
    listed
        Whether the customer was on the list; a contact beyond the list is not.
    undoes
        The event that this one takes back.
    request_key
        The id of a request, so that a repeated request counts once.
    """

    at = models.DateTimeField(db_index=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    kind = models.CharField(max_length=_CODE, choices=[(kind, kind) for kind in Kind.ALL])
    customer_id = models.CharField(max_length=_ID, blank=True, db_index=True)
    card = models.ForeignKey(Card, null=True, on_delete=models.PROTECT, related_name="events")
    list_id = models.CharField(max_length=_ID, blank=True)
    campaign_id = models.CharField(max_length=_ID, blank=True)
    list_as_of = models.DateTimeField(null=True)
    listed = models.BooleanField(default=False)
    team = models.CharField(max_length=_CODE, blank=True)
    action = models.CharField(max_length=_CODE, blank=True)
    channel = models.CharField(max_length=_CODE, blank=True)
    outcome = models.CharField(max_length=_CODE, blank=True, db_index=True)
    code = models.CharField(max_length=_CODE, blank=True)
    words = models.TextField(blank=True)
    until = models.DateTimeField(null=True)
    assignee = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="assignments")
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone_by")
    request_key = models.CharField(max_length=_KEY, null=True, unique=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "at"], name="desk_event_kind"),
            models.Index(fields=["person", "at"], name="desk_event_person"),
        ]


class SavedView(models.Model):
    """Filters of the list that a person saved under a name."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "name"], name="desk_view_name")]


class ApiToken(models.Model):
    """A token of a system that embeds cards; only its hash is kept."""

    system = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)


class LoginFailure(models.Model):
    """A failed login, counted to slow down guessing."""

    at = models.DateTimeField(db_index=True)
    username = models.CharField(max_length=150, db_index=True)
    address = models.CharField(max_length=45, db_index=True)


class OutboxMessage(models.Model):
    """A message to another system, retried with the same key until it is answered."""

    key = models.CharField(max_length=_KEY, unique=True)
    created_at = models.DateTimeField()
    payload = models.JSONField()
    tries = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=200, blank=True)  # why it is no longer retried
