"""Which pages of what customers experience are in a run directory, so that none links to one that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_PAGES = ("journey", "drivers", "listening", "kpis")


def list_pages(out: Path, own: str) -> list[str]:
    """Return the names of the other pages that a run has.

    Examples
    --------
    >>> from pathlib import Path
    >>> list_pages(Path("nowhere"), "drivers")
    []
    """
    return [name for name in _PAGES if name != own and (out / f"{name}.html").is_file()]
