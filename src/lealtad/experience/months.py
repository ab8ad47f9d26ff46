"""The months of sparklines: the last twelve whole months before a date."""

from __future__ import annotations

from datetime import UTC, datetime


def begin_months(as_of: datetime) -> datetime:
    """Return the beginning of the first of the last whole months.

    Examples
    --------
    >>> begin_months(datetime(2026, 3, 15, tzinfo=UTC)).date().isoformat()
    '2025-03-01'
    """
    return datetime(as_of.year - 1, as_of.month, 1, tzinfo=UTC)
