"""A company's promised reply and solution times, and whether a wait exceeded them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SEEN = 1.1  # multiple of a promise; a smaller excess disappears in rounding


@dataclass(frozen=True)
class Promises:
    """Promised hours to the first reply by priority, and target hours to a solution.

    `are_working` states whether these are working hours.
    """

    first_reply: Mapping[str, float] = field(default_factory=dict)
    solution: float | None = None
    are_working: bool = False


def was_broken(promise: float, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether a promise was visibly broken: by a tenth on average, or by a ticket that still waits.

    Parameters
    ----------
    rows
        The tickets; `business_hours` or `hours` is how long each waited, null if it still waits.

    Examples
    --------
    >>> [was_broken(8.0, [{"hours": hours}]) for hours in (8.4, 9.0, None)]
    [False, True, True]
    """
    # a reply before the office opens has waited for 0 working hours
    waits = [row.get("hours") if row.get("business_hours") is None else row["business_hours"] for row in rows]
    known_waits = [wait for wait in waits if wait is not None]
    if not known_waits:
        return len(rows) == 1
    return bool(sum(known_waits) / len(known_waits) >= _SEEN * promise)
