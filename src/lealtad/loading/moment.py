"""When a load happens: the time that was given for it, or now."""

from __future__ import annotations

from datetime import UTC, datetime

from lealtad.errors import SettingsError


def load_moment(text: str) -> datetime:
    """Return the UTC instant of `--loaded-at`; empty stands for now, a time without a zone is UTC.

    Raises
    ------
    SettingsError
        If it is no time.

    Examples
    --------
    >>> load_moment("2026-01-31T09:30:00+01:00").isoformat()
    '2026-01-31T08:30:00+00:00'
    """
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            place="--loaded-at",
            expected="a time such as 2026-01-31T09:30:00Z",
            found=f"'{text}'",
            mend="Leave it out to mean now.",
        ) from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
