"""Alerts: what changed beyond chance, reported once to its owner.

In: a lake, the settings, and earlier reports. Out: a ledger, a page, mails and messages to a webhook. Uses no
models; alarms about a model come from the monitor.
"""

from lealtad.experience.alerts.finding import find_signals
from lealtad.experience.alerts.ledger import LEDGER, Alert, Ledger, read_ledger, update_ledger, write_ledger
from lealtad.experience.alerts.page import write_alert_page
from lealtad.experience.alerts.sending import send_alerts
from lealtad.experience.alerts.signal import Signal
from lealtad.experience.alerts.wording import AlertWords, describe_alert

__all__ = [
    "LEDGER",
    "Alert",
    "AlertWords",
    "Ledger",
    "Signal",
    "describe_alert",
    "find_signals",
    "read_ledger",
    "send_alerts",
    "update_ledger",
    "write_alert_page",
    "write_ledger",
]
