"""The desk's clock: the machine's, or for a demonstration one that starts on a past night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def now() -> datetime:
    """Return the current time of the desk, as a UTC instant."""
    shift: timedelta = settings.DESK_CLOCK_SHIFT
    return timezone.now() + shift


def begin_day() -> datetime:
    """Return the start of today in the company's time zone."""
    return timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
