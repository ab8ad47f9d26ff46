"""JSON lines: one object per line; every value as the text it was written in."""

from __future__ import annotations

import io
import json
from itertools import islice
from typing import TYPE_CHECKING, Any

import polars as pl

from lealtad.contract.tables import SOURCE_TEXT
from lealtad.sources.files.text_encoding import Utf8
from lealtad.sources.files.unpacking import opened
from lealtad.sources.files.unreadable import Unreadable, checked_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROWS = 200_000
_LONGEST = 1 << 24
_BUFFER = 1 << 20
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_WORDS = {True: "true", False: "false"}


def read_json_lines(path: Path, encoding: str | None) -> Iterator[pl.DataFrame]:
    """Read a file of JSON lines in batches, in order; a line that is no object is kept in `source_text`.

    A key that no line before had is a column from there on.

    Raises
    ------
    Unreadable
        If it is empty, a line has no end, or its letters cannot be read.
    """
    known: dict[str, None] = {}
    with opened(path) as raw:
        lines = _lines(io.BufferedReader(Utf8(raw, encoding), _BUFFER))
        while block := list(islice(lines, _ROWS)):
            rows = [_row(line) for line in block]
            for row in rows:
                if not row.keys() <= known.keys():
                    known.update(dict.fromkeys(row))
            names = checked_names(list(known))
            columns = [[row.get(key) for row in rows] for key in known]
            yield pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String), orient="col")
    if not known:
        raise Unreadable(expected="an object per line", found="an empty file", mend="Export it again.")


def _lines(stream: io.BufferedReader) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise Unreadable(
                expected="an object per line",
                found=f"a line of more than {_LONGEST:,} bytes",
                mend="Write one object per line, without brackets around them.",
            )
        if line.strip():
            yield line


def _row(line: bytes) -> dict[str, str | None]:
    try:
        found = _DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or b"\\u0000" in line or b"\0" in line:
        return {SOURCE_TEXT: line.decode().rstrip()}
    return {name: _text(value) for name, value in found.items()}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _WORDS[value] if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
