"""XES, the standard of event logs (IEEE 1849): one row per event, with the values of its case."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from lealtad.sources.files.json_rows import frame_rows
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

_BLOCK = 1 << 20
_VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def read_event_log(path: Path) -> Iterator[pl.DataFrame]:
    """Read the events of a log in batches, in order; attributes of the case are in columns `case:…`.

    Raises
    ------
    Unreadable
        If it is not XML, declares entities, or has no event.
    """
    empty = True
    for frame in frame_rows(_read_events(path)):
        empty = False
        yield frame
    if empty:
        raise Unreadable(expected="an event log with events", found="none", fix="Export it again.")


def _read_events(path: Path) -> Iterator[dict[str, str | None]]:
    log = _Log()
    with open_unpacked(path) as raw:
        try:
            while block := raw.read(_BLOCK):
                log.parser.Parse(block, False)
                yield from log.take_events()
            log.parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Unreadable(expected="an XES event log", found=str(error), fix="Export it again.") from None
        yield from log.take_events()


class _Log:
    """Collects events while a log is parsed; nested attributes are not read."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._within: list[str] = []
        self._case: dict[str, str | None] = {}
        self._event: dict[str, str | None] = {}
        self._events: list[dict[str, str | None]] = []

    def take_events(self) -> list[dict[str, str | None]]:
        events, self._events = self._events, []
        return events

    def _start(self, name: str, values: dict[str, str]) -> None:
        tag, around = name.rpartition(":")[2], self._within[-1] if self._within else ""
        self._within.append(tag)
        if tag == "trace":
            self._case = {}
        elif tag == "event":
            self._event = {}
        elif tag in _VALUES and around == "trace":
            self._case[f"case:{values.get('key', '')}"] = values.get("value")
        elif tag in _VALUES and around == "event":
            self._event[values.get("key", "")] = values.get("value")

    def _end(self, _name: str) -> None:
        if self._within.pop() == "event":
            self._events.append({**self._case, **self._event})

    def _refuse(self, *_: object) -> None:
        raise Unreadable(
            expected="an event log without a document type", found="one", fix="Export it again as plain XES."
        )
