"""JSON lines: one object per line; every value keeps its text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.files.json_rows import frame_rows
from lealtad.sources.files.nested import DECODER, flatten_object
from lealtad.sources.files.text_encoding import Utf8
from lealtad.sources.files.unpacking import open_unpacked
from lealtad.sources.files.unreadable import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl

_LONGEST = 1 << 24
_BUFFER = 1 << 20


def read_json_lines(path: Path, encoding: str | None) -> Iterator[pl.DataFrame]:
    """Read a file of JSON lines in batches, in order; a line that is not an object is kept in `source_text`.

    A new key becomes a column from its line on. A nested object also gives one column per value, with dotted
    names.

    Raises
    ------
    Unreadable
        If it is empty, a line does not end, or its encoding cannot be read.
    """
    empty = True
    with open_unpacked(path) as raw:
        for frame in frame_rows(
            _read_row(line) for line in _read_lines(io.BufferedReader(Utf8(raw, encoding), _BUFFER))
        ):
            empty = False
            yield frame
    if empty:
        raise Unreadable(expected="an object per line", found="an empty file", fix="Export it again.")


def _read_lines(stream: io.BufferedReader) -> Iterator[bytes]:
    while line := stream.readline(_LONGEST):
        if len(line) == _LONGEST:
            raise Unreadable(
                expected="an object per line",
                found=f"a line of more than {_LONGEST:,} bytes",
                fix="Write one object per line, without brackets around them; a list is read from a .json file.",
            )
        if line.strip():
            yield line


def _read_row(line: bytes) -> dict[str, str | None]:
    try:
        value = DECODER.decode(line.decode())
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or b"\\u0000" in line or b"\0" in line:
        return {SOURCE_TEXT: line.decode().rstrip()}
    return flatten_object(value)
