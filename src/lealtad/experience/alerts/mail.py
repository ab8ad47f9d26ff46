"""Alerts by mail, through the company's own server: one mail a night to each group of addresses."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from lealtad.base.visible_text import reveal
from lealtad.sources.secret import fill_references, hide_secrets

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from lealtad.base.language import Language
    from lealtad.experience.alerts.wording import AlertWords

_SECONDS = 20
_PLACE = "alerts.mail_server"
_HERE = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 587, "smtps": 465}


def build_mail(
    alerts: Sequence[AlertWords], sender: str, recipients: Sequence[str], as_of: datetime, language: Language
) -> EmailMessage:
    """Build the mail about some alerts: what changed, the owner, and the page to open; no personal data.

    The same alerts to the same people have the same `Message-ID`, so that a mail sent twice counts once.
    """
    _ = language.translate
    count = _("1 alert") if len(alerts) == 1 else _("{n} alerts", n=len(alerts))
    mail = EmailMessage()
    mail["Subject"] = _("{count} of {date}", count=count, date=language.date(as_of))
    mail["From"] = sender
    mail["To"] = ", ".join(recipients)
    mail["Date"] = format_datetime(as_of)
    mail["Message-ID"] = f"<{'.'.join(words.key for words in alerts[:4])}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    lines = [
        f"{words.kind}: {words.sentence}\n"
        + _(
            "Owner: {owner}. Where to look: {page}",
            owner=words.owner,
            page=f"alerts.html#{words.key}, {words.page}",
        )
        for words in alerts
    ]
    mail.set_content(reveal("\n\n".join(lines)) + "\n")
    return mail


def send_mails(mails: Sequence[EmailMessage], server: str) -> str:
    """Send mails in one session; return the error if they were not sent, else None.

    Parameters
    ----------
    server
        Its address, with `${NAME}` references to the environment.

    Raises
    ------
    SettingsError
        If a variable that the address names is not set.
    """
    address = fill_references(_PLACE, server)
    try:
        with _connect(address) as session:
            for mail in mails:
                session.send_message(mail)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return hide_secrets(f"{type(error).__name__}: {error}", server, address)
    return ""


@contextmanager
def _connect(address: str) -> Iterator[smtplib.SMTP]:
    """Open a session, and close it even if the login fails."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context()
    is_encrypted = parts.scheme == "smtps"
    session = (
        smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        if is_encrypted
        else smtplib.SMTP(host, port, timeout=_SECONDS)
    )
    with session:
        if not is_encrypted and host not in _HERE:
            session.starttls(context=context)
        if parts.username:
            session.login(unquote(parts.username), unquote(parts.password or ""))
        yield session
