"""A note on dropped columns, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_FEW = 5


def list_dropped(dropped: Mapping[str, str]) -> tuple[str, ...]:
    """Return a note that lists dropped columns by reason; empty if there are none.

    Examples
    --------
    >>> list_dropped({"one": "constant", "two": "constant", "none": "all null"})
    ('left out: 2 constant (one, two), 1 all null (none)',)
    >>> list_dropped({f"c{place}": "constant" for place in range(68)})
    ('left out: 68 constant (c0, c1, c2, c3, c4 and 63 more)',)
    """
    by_reason: dict[str, list[str]] = {}
    for name, reason in dropped.items():
        by_reason.setdefault(reason, []).append(name)
    parts = [f"{len(names)} {reason} ({_shorten(names)})" for reason, names in by_reason.items()]
    return (f"left out: {', '.join(parts)}",) if parts else ()


def _shorten(names: list[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more
