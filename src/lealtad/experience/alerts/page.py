"""The page of alerts: open alerts, those closed within a year, and what raises one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from lealtad.base.web_page import render_page
from lealtad.experience.alerts.wording import describe_alert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.experience.alerts.ledger import Ledger

_SHOWN = timedelta(days=364)


def write_alert_page(
    path: Path, ledger: Ledger, as_of: datetime, language: Language, pages: Iterable[str] = ()
) -> None:
    """Write the page as one self-contained file.

    Parameters
    ----------
    pages
        The pages next to it that it may link to, such as journey.html.
    """
    closed = [
        alert
        for alert in reversed(ledger.alerts)
        if alert.closed_at is not None and as_of - alert.closed_at < _SHOWN
    ]
    described = [(alert, describe_alert(alert, language)) for alert in ledger.open]
    path.write_text(
        render_page(
            "lealtad.experience.alerts",
            "alerts.html.jinja",
            language,
            as_of=as_of,
            open=[
                {"key": a.key, "kind": words.kind, "words": words, "is_new": a.raised_at == ledger.as_of}
                for a, words in described
            ],
            closed=[describe_alert(alert, language) for alert in closed],
            pages=set(pages),
        ),
        encoding="utf-8",
    )
