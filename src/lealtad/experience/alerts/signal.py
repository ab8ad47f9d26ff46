"""What a night looked at, and what it concludes: raised, clear, or neither."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Signal:
    """What a night concludes about one figure, theme, driver or queue.

    Attributes
    ----------
    kind
        `miss`, `theme`, `driver` or `queue`.
    subject
        What it is about, as a key: the same on every night.
    owner
        The code of the owner; None where nobody owns it.
    is_raised
        Whether something changed beyond chance.
    is_clear
        Whether it is as it should be, so that a later change is news again. Both are false in between.
    values
        What the sentence about it needs; plain values.
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
