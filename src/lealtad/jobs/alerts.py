"""Lake → what changed beyond chance, reported once: the page of alerts, mails and messages to a webhook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base import job
from lealtad.base.language import Language, format_count
from lealtad.base.navigation import link_pages
from lealtad.company.settings_in_force import follow_settings
from lealtad.experience.alerts import (
    Ledger,
    find_signals,
    read_ledger,
    send_alerts,
    update_ledger,
    write_alert_page,
    write_ledger,
)
from lealtad.jobs.as_of import parse_as_of
from lealtad.jobs.options import OUT, SETTINGS, Out, SettingsFile, Speech, Until
from lealtad.lake import Lake

if TYPE_CHECKING:
    from lealtad.base.errors import AlertError
    from lealtad.company.settings import Settings

ALERTS = "alerts.html"


def alerts(
    out: Out = OUT,
    settings: SettingsFile = SETTINGS,
    as_of: Until = "",
    language: Speech = "en",
) -> None:
    """Report what changed beyond chance, each alert once: alerts.html, mails and a webhook.

    With --as-of it only shows what that day would have raised: nothing is written or sent. Exit code 3 means that
    a mail server or a webhook did not accept the alerts; they are sent again the next night.
    """
    for error in raise_alerts(out, settings, as_of, language):
        raise error


def raise_alerts(
    out: Out, settings: SettingsFile = SETTINGS, as_of: str = "", language: str = "en"
) -> list[AlertError]:
    """Find, store and send alerts; return delivery errors instead of raising them."""
    with job.step("alerts", out) as step:
        lake, company = Lake.open(out / "lake"), follow_settings(step, settings)
        instant = parse_as_of(as_of, lake)
        before = Ledger() if as_of else read_ledger(out)
        signals = find_signals(lake, company, instant, before, out / "drivers.csv")
        ledger = update_ledger(before, signals, instant)
        new = ledger.list_raised(instant)
        if as_of:
            step.report(f"{format_count(len(new), 'alert')} as of {instant:%Y-%m-%d}, none of them sent")
            for alert in new:
                step.report(f"{alert.kind}: {alert.subject}")
            return []
        return _publish(step, ledger, company, language, judged=len(signals))


def _publish(step: job.Step, ledger: Ledger, company: Settings, language: str, judged: int) -> list[AlertError]:
    """Write the ledger before sending anything, so that an interrupted night reports nothing twice."""
    out, speech = step.out, Language.from_code(language, names=company.names.by_language)
    as_of = ledger.as_of
    if as_of is None:  # nothing was judged yet
        return []
    write_ledger(ledger, out)
    ledger, errors = send_alerts(ledger, company.alerts, speech)
    write_ledger(ledger, out)
    with job.move_into_place(out / ALERTS) as [page]:
        write_alert_page(page, ledger, as_of, speech, [path.name for path in out.glob("*.html")])
    link_pages(out)
    new = ledger.list_raised(as_of)
    step.report(
        f"{format_count(judged, 'figure')} judged, {format_count(len(new), 'new alert')}, {len(ledger.open)} open"
        f": {out / ALERTS}"
    )
    kinds = {kind: sum(alert.kind == kind for alert in new) for kind in sorted({alert.kind for alert in new})}
    step.note(alerts={"as_of": as_of.isoformat(), "new": len(new), "open": len(ledger.open), "kinds": kinds})
    return errors
