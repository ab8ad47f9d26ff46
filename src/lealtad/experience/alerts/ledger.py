"""The ledger of alerts in `OUT/alerts.json`: each alert is reported once, and stays open until it is clear."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from lealtad.base import job
from lealtad.base.errors import DamageError
from lealtad.base.private_files import write_private
from lealtad.base.seal import open_seal, seal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lealtad.experience.alerts.signal import Signal

LEDGER = "alerts.json"
_KEPT = timedelta(days=728)


@dataclass(frozen=True)
class Alert:
    """A reported alert.

    Attributes
    ----------
    key
        The id of the alert; the same figure may be reported again after it was clear.
    kind, subject, owner, values
        Those of its signal.
    raised_at, closed_at
        The night of the report, and the night on which it was clear again; None while it is open.
    since
        The start of the evidence; None for kinds that always use the last 28 days.
    sent
        The channels by which it was sent: `mail`, `webhook`.
    tries
        Number of attempts to send it.
    """

    key: str
    kind: str
    subject: str
    owner: str | None
    values: Mapping[str, Any]
    raised_at: datetime
    since: datetime | None = None
    closed_at: datetime | None = None
    sent: tuple[str, ...] = ()
    tries: int = 0


@dataclass(frozen=True)
class Ledger:
    """All alerts so far, oldest first, and the newest judged night."""

    alerts: tuple[Alert, ...] = ()
    as_of: datetime | None = None

    @property
    def open(self) -> tuple[Alert, ...]:
        """The alerts that are open, the newest first."""
        return tuple(alert for alert in reversed(self.alerts) if alert.closed_at is None)

    @property
    def cleared(self) -> dict[str, datetime]:
        """By kind and subject, when it was last cleared."""
        return {f"{a.kind}|{a.subject}": a.closed_at for a in self.alerts if a.closed_at is not None}

    def list_raised(self, as_of: datetime) -> tuple[Alert, ...]:
        """Return the alerts reported by a night."""
        return tuple(alert for alert in self.alerts if alert.raised_at == as_of)


def read_ledger(out: Path) -> Ledger:
    """Read the ledger of alerts of a run.

    Parameters
    ----------
    out
        The run directory.

    Returns
    -------
    The ledger; empty before the first night.

    Raises
    ------
    DamageError
        If the file was altered since a job wrote it.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> read_ledger(Path(tempfile.mkdtemp())).alerts
    ()
    """
    path = out / LEDGER
    if not path.is_file():
        return Ledger()
    try:
        values = open_seal(path.read_text(encoding="utf-8"))
        return Ledger(
            tuple(_read_alert(row) for row in values["alerts"]),
            datetime.fromisoformat(values["as_of"]) if values["as_of"] else None,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamageError(
            path=path,
            expected="the alerts that a job wrote",
            found=str(error) or "something else",
            fix="Restore it from a backup, or delete it: what is still wrong is then reported once more.",
        ) from None


def write_ledger(ledger: Ledger, out: Path) -> None:
    """Write the ledger, all or nothing."""
    rows = [_write_alert(alert) for alert in ledger.alerts]
    as_of = ledger.as_of.isoformat() if ledger.as_of else None
    with job.move_into_place(out / LEDGER) as [path]:
        write_private(path, seal({"as_of": as_of, "alerts": rows}))


def update_ledger(ledger: Ledger, signals: Sequence[Signal], as_of: datetime) -> Ledger:
    """Add newly raised alerts of a night, and close alerts that are clear again.

    Judging the same night again, or an earlier night, changes nothing.

    Examples
    --------
    >>> from datetime import UTC
    >>> from lealtad.experience.alerts.signal import Signal
    >>> night = datetime(2026, 6, 30, tzinfo=UTC)
    >>> raised = [Signal("theme", "wait", "support", is_raised=True, is_clear=False)]
    >>> once = update_ledger(Ledger(), raised, night)
    >>> twice = update_ledger(once, raised, night + timedelta(days=1))
    >>> len(once.open), len(twice.open), len(twice.list_raised(night + timedelta(days=1)))
    (1, 1, 0)
    """
    if ledger.as_of is not None and as_of <= ledger.as_of:
        return ledger
    by_name = {(signal.kind, signal.subject): signal for signal in signals}
    kept = [
        replace(alert, closed_at=as_of)
        if alert.closed_at is None and _is_clear(by_name.get((alert.kind, alert.subject)))
        else alert
        for alert in ledger.alerts
        if alert.closed_at is None or as_of - alert.closed_at < _KEPT
    ]
    is_open = {(alert.kind, alert.subject) for alert in kept if alert.closed_at is None}
    new = [
        Alert(
            _name_alert(signal, as_of),
            signal.kind,
            signal.subject,
            signal.owner,
            dict(signal.values),
            as_of,
            signal.since,
        )
        for signal in signals
        if signal.is_raised and (signal.kind, signal.subject) not in is_open
    ]
    return Ledger((*kept, *new), as_of)


def _is_clear(signal: Signal | None) -> bool:
    return signal is not None and signal.is_clear and not signal.is_raised


def _name_alert(signal: Signal, as_of: datetime) -> str:
    named = "\0".join((signal.kind, signal.subject, as_of.isoformat()))
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def _write_alert(alert: Alert) -> dict[str, Any]:
    row = asdict(alert)
    moments = {name: row[name].isoformat() if row[name] else None for name in ("raised_at", "since", "closed_at")}
    return {**row, **moments, "values": dict(alert.values), "sent": list(alert.sent)}


def _read_alert(row: Mapping[str, Any]) -> Alert:
    moments = {
        name: datetime.fromisoformat(row[name]) if row[name] else None
        for name in ("raised_at", "since", "closed_at")
    }
    return Alert(**{**row, **moments, "sent": tuple(row["sent"])})
