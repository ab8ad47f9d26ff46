"""A signal: the conclusion of a night about something it judged, raised, clear, or neither."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Signal:
    """The conclusion of a night about one figure, theme, driver or queue.

    Attributes
    ----------
    kind
        `miss`, `theme`, `driver` or `queue`.
    subject
        The key of its subject, the same on every night.
    owner
        The code of the owner; None without one.
    is_raised
        Whether something changed beyond chance.
    is_clear
        Whether it is back to normal, so that a later change is reported again. Both are false in between.
    values
        Plain values for the sentence about it.
    since
        The start of the evidence.
    """

    kind: str
    subject: str
    owner: str | None
    is_raised: bool
    is_clear: bool
    values: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None
