"""Where the desk reads from: the lake of its run directory, and the company's names of things."""

from __future__ import annotations

from django.conf import settings

from lealtad.lake import Lake


def open_lake() -> Lake:
    """Open the lake as it is now."""
    return Lake.open(settings.DESK_OUT / "lake")
