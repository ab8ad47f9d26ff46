"""The desk's clock: that of the machine, or one that starts at a past night for a demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def now() -> datetime:
    """Return the moment at the desk, as a UTC instant."""
    shift: timedelta = settings.DESK_CLOCK_SHIFT
    return timezone.now() + shift


def begin_day() -> datetime:
    """Return the moment at which today began in the company's zone."""
    return timezone.localtime(now()).replace(hour=0, minute=0, second=0, microsecond=0)
