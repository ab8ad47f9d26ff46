"""Every stream by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.examples.features.streams import (
    comments,
    contracts,
    customers,
    dates,
    interventions,
    orders,
    surveys,
    ticket_backlog,
    tickets,
    touchpoints,
)

if TYPE_CHECKING:
    from lealtad.examples.features.streams.stream import Stream

_FAMILIES = (
    orders,
    touchpoints,
    surveys,
    comments,
    tickets,
    ticket_backlog,
    contracts,
    interventions,
    customers,
    dates,
)
STREAMS: dict[str, Stream] = {stream.name: stream for family in _FAMILIES for stream in family.STREAMS}


def get_stream(name: str, reader: str) -> Stream:
    """Return a stream by its name.

    Raises
    ------
    SettingsError
        If there is no such stream; `reader` is the feature that needs it.
    """
    if name not in STREAMS:
        raise SettingsError(
            place=f"feature {reader}",
            expected="a stream that lealtad derives, as its source",
            found=f"'{name}'",
            fix=suggest_name(name, STREAMS),
        )
    return STREAMS[name]
