"""The `[worklist]` of `lealtad.toml`."""

from __future__ import annotations

import hashlib

# pydantic reads the annotations at run time, of actions too
from datetime import datetime, timedelta
from math import floor
from typing import Annotated

from pydantic import Field, model_validator

from lealtad.base.toml_file import Section
from lealtad.company.playbook.action import Action  # noqa: TC001
from lealtad.company.playbook.checking import check_actions, check_owners, check_secrets
from lealtad.company.playbook.defaults import ACTIONS, OWNERS
from lealtad.company.playbook.message import Message  # noqa: TC001
from lealtad.company.playbook.recommend import Recommend

_CENTS = 100
_DIGITS = 12
_NOISE = 6  # decimals of a cent
_TABLE = r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$"
_LINK = r"^https?://[^\s{}]*\{customer_id\}[^\s{}]*$"
_PerDay = Annotated[int, Field(ge=0)]


class Quadrant(Section):
    """The probabilities from which a customer counts as at risk, and as a promoter."""

    at_risk: float = Field(0.25, gt=0, lt=1)
    promoter: float = Field(0.5, gt=0, lt=1)


class Sink(Section):
    """Where the CRM reads the list.

    Attributes
    ----------
    url
        Address of a PostgreSQL database; a password may only come from a `${NAME}` reference.
    table
        The table to write, with or without its schema.
    """

    url: str = Field(min_length=1)
    table: str = Field("worklist", pattern=_TABLE)


class Playbook(Section):
    """Actions, capacities and rules of the team; all money is in the company's currency.

    Attributes
    ----------
    campaign_days
        Length of a campaign in days, counted from 1970-01-01; None is a calendar month in UTC. Each customer of a
        campaign is treated or held out, and stays so until the horizon of their last list is over.
    holdout_share
        Share of the customers whom no list of the campaign names, for comparison.
    holdout_key
        `${NAME}`, a reference to the environment. Without the key nobody can predict the holdout. The default key
        is `lealtad`, which is stable and public.
    exploration_share
        Share of the day's contacts that go to customers drawn at random.
    hysteresis
        By how much a newcomer must gain more to replace a customer of the last list: 0.1 is a tenth.
    budget_per_day
        Maximum cost of a day's contacts and offers if everyone takes the offer; None sets no limit.
    owners, channels
        Maximum contacts a day of each owner and channel; other channels have no limit of their own.
    cooling_off_days
        Days for which customers are skipped after a contact by a campaign.
    recent_contact_days
        Days for which customers are skipped after any contact by the company.
    complaint_priorities
        An open ticket with one of these priorities is a complaint, which comes first.
    assume_consent
        Whether customers without a known choice consent. Customers who opted out are never contacted.
    customer_link
        Address of a customer in the CRM, such as `https://crm.example/c/{customer_id}`, for the team.
    sender
        The company's name in openings and mails.
    messages
        The company's own openings and mails, which replace those of lealtad.
    recommend
        The action that recommends a product, if recommendations were made.
    """

    campaign_days: int | None = Field(default=None, gt=0)
    holdout_share: float = Field(0.1, ge=0, lt=1)
    holdout_key: str | None = None
    exploration_share: float = Field(0.05, ge=0, lt=1)
    hysteresis: float = Field(0.1, ge=0, lt=1)
    budget_per_day: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    owners: dict[str, _PerDay] = Field(default_factory=lambda: dict(OWNERS))
    channels: dict[str, _PerDay] = Field(default_factory=dict)
    cooling_off_days: int = Field(14, ge=0)
    recent_contact_days: int = Field(3, ge=0)
    complaint_priorities: tuple[str, ...] = ("high", "urgent")
    assume_consent: bool = False
    quadrant: Quadrant = Quadrant()
    actions: tuple[Action, ...] = Field(default=ACTIONS, min_length=1)
    sink: Sink | None = None
    customer_link: str | None = Field(default=None, pattern=_LINK)
    sender: str | None = None
    messages: tuple[Message, ...] = ()
    recommend: Recommend = Recommend()

    @model_validator(mode="after")
    def _makes_sense(self) -> Playbook:
        check_actions(self.actions, self.budget_cents)
        check_owners(self.actions, self.owners, self.channels)
        check_secrets(self.holdout_key, self.sink.url if self.sink else None)
        return self

    @property
    def budget_cents(self) -> int | None:
        """The budget of a day in whole cents; None if there is none."""
        return None if self.budget_per_day is None else floor(round(self.budget_per_day * _CENTS, _NOISE))

    @property
    def version(self) -> str:
        """Hash that changes with any rule of the list; secrets, links, texts and the CRM are not rules.

        The rules for recommending products do not count either.

        Examples
        --------
        >>> versions = [Playbook(**rules).version for rules in ({}, {"sender": "Acme"}, {"hysteresis": 0})]
        >>> versions[0] == versions[1], versions[0] == versions[2]
        (True, False)
        """
        other = {"holdout_key", "sink", "customer_link", "sender", "messages", "recommend"}
        rules = self.model_dump_json(exclude=other)
        return hashlib.sha256(rules.encode()).hexdigest()[:_DIGITS]

    def action(self, name: str) -> Action:
        """Return the action of that name; raise KeyError if there is none."""
        return {action.name: action for action in self.actions}[name]

    def campaign_id(self, as_of: datetime, kind: str = "retention") -> str:
        """Return the id of the campaign that a list of that moment belongs to.

        Parameters
        ----------
        as_of
            The moment of the list, in UTC.
        kind
            What the campaign is for; recommendations have one of their own, `recommend`.

        Examples
        --------
        >>> from datetime import UTC
        >>> Playbook().campaign_id(datetime(2026, 11, 24, tzinfo=UTC))
        'retention-2026-11'
        >>> Playbook(campaign_days=28).campaign_id(datetime(2026, 11, 24, tzinfo=UTC))
        'retention-2026-11-19'
        """
        if self.campaign_days is None:
            return f"{kind}-{as_of:%Y-%m}"
        since = (as_of - datetime(1970, 1, 1, tzinfo=as_of.tzinfo)).days % self.campaign_days
        return f"{kind}-{as_of - timedelta(days=since):%Y-%m-%d}"
