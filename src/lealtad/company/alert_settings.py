"""`[alerts]` of `lealtad.toml`: who is notified of alerts, and how."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from lealtad.base.toml_file import Section
from lealtad.base.webhook import is_confidential
from lealtad.sources.secret import refuse_literal_password

if TYPE_CHECKING:
    from collections.abc import Sequence

_ADDRESS = re.compile(r"[^@\s<>,;\"()]+@[A-Za-z0-9.-]+")
_REFERENCE = re.compile(r"\$\{\w+\}")
_SCHEMES = ("smtp", "smtps")


class AlertSettings(Section):
    """The people and systems that are notified of alerts.

    Without any key, alerts appear only on their page, in the summary and at the desk.

    Attributes
    ----------
    mail_server
        `smtps://` or `smtp://`, with user and `${NAME}` as password; smtp means STARTTLS, except on this machine.
    mail_from
        The sender of the mails.
    mail_to
        Addresses notified of alerts without an owner, and of alerts whose owner has no address.
    owners
        By owner, the addresses notified of alerts on their touchpoints.
    webhook
        An https address that gets each alert as signed JSON.
    webhook_secret
        The key that signs messages to the webhook: a `${NAME}` reference.
    """

    mail_server: str | None = None
    mail_from: str | None = None
    mail_to: tuple[str, ...] = ()
    owners: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    webhook: str | None = None
    webhook_secret: str | None = None

    @field_validator("mail_server")
    @classmethod
    def _check_server(cls, server: str | None) -> str | None:
        refuse_literal_password("alerts.mail_server", server)
        if server is None or _REFERENCE.fullmatch(server):
            return server
        if urlsplit(server).scheme not in _SCHEMES or not urlsplit(server).hostname:
            raise ValueError("expected an address such as smtps://user:${SMTP_PASSWORD}@mail.example.com:465")
        return server

    @field_validator("mail_to")
    @classmethod
    def _check_recipients(cls, addresses: Sequence[str]) -> Sequence[str]:
        return _check_addresses(addresses)

    @field_validator("owners")
    @classmethod
    def _check_owners(cls, owners: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for addresses in owners.values():
            _check_addresses(addresses)
        return owners

    @field_validator("webhook")
    @classmethod
    def _check_webhook(cls, url: str | None) -> str | None:
        refuse_literal_password("alerts.webhook", url)
        if url is not None and not _REFERENCE.fullmatch(url) and not is_confidential(url):
            raise ValueError(f"expected an https address, found '{url}'")
        return url

    @model_validator(mode="after")
    def _check_whole(self) -> Self:
        if self.mail_from is not None:
            _check_addresses([self.mail_from])
        if self.mail_server is not None and (self.mail_from is None or not self.recipients):
            raise ValueError("expected mail_from, and mail_to or owners, beside mail_server")
        if self.webhook is not None and not _REFERENCE.fullmatch(self.webhook_secret or ""):
            raise ValueError("expected webhook_secret = '${NAME}' beside webhook")
        return self

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address that may get a mail, each once."""
        return tuple(dict.fromkeys([*self.mail_to, *(each for some in self.owners.values() for each in some)]))

    def find_recipients(self, owner: str | None) -> tuple[str, ...]:
        """Return the addresses notified of an owner's alerts.

        Examples
        --------
        >>> settings = AlertSettings(mail_to=("cx@example.com",), owners={"support": ("help@example.com",)})
        >>> settings.find_recipients("support"), settings.find_recipients(None)
        (('help@example.com',), ('cx@example.com',))
        """
        return self.owners.get(owner or "") or self.mail_to


def _check_addresses(addresses: Sequence[str]) -> Sequence[str]:
    for address in addresses:
        if not _ADDRESS.fullmatch(address):
            raise ValueError(f"expected a mail address such as cx@example.com, found '{address}'")
    return addresses
