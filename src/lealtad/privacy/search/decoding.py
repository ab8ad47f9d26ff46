"""All texts of a file of any kind: columns of tables, members of archives, pages of databases."""

from __future__ import annotations

import csv
import gzip
import html
import io
import json
import sqlite3
import zipfile
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from lealtad.privacy.search.databases import decode_database
from lealtad.privacy.search.frames import decode_frame

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_DEEPEST = 4  # archives within one another
_PICTURES = (b"\x89PNG", b"RIFF", b"\xff\xd8\xff", b"GIF8", b"wOF2", b"wOFF")


class Texts(NamedTuple):
    """Some texts of a file.

    Attributes
    ----------
    place
        Their place in the file, such as `column customer_id` or `xl/sharedStrings.xml`.
    column
        The name of their column; empty if they have none.
    values
        The texts.
    """

    place: str
    column: str
    values: pl.Series


def decode(name: str, data: bytes, depth: int = 0) -> Iterator[Texts]:
    r"""Yield all texts of a file, whose kind is recognised by its first bytes.

    A file of an unknown kind is read as text, byte by byte.

    Parameters
    ----------
    name
        Its name; CSV is known by its ending.

    Examples
    --------
    >>> [(each.column, each.values.to_list()) for each in decode("a.csv", b"customer_id,n\nc1,2\n")][1:]
    [('customer_id', ['c1']), ('n', ['2'])]
    """
    if data.startswith((b"PAR1", b"ARROW1")):
        yield from _decode_frame(data)
    elif data.startswith(b"SQLite format 3\x00"):
        yield from _decode_raw(data)
        with suppress(sqlite3.DatabaseError):  # a damaged database is searched as bytes
            yield from (Texts(*each) for each in decode_database(data))
    elif data.startswith(b"\x1f\x8b"):
        yield from _decode_inner(name.removesuffix(".gz"), "", _unpack_gzip(data), depth)
    elif data.startswith(b"PK\x03\x04"):
        yield from _decode_zip(data, depth)
    elif not data.startswith(_PICTURES):
        yield from _decode_text(name, data)


def _decode_inner(name: str, place: str, data: bytes, depth: int) -> Iterator[Texts]:
    if depth < _DEEPEST:
        for each in decode(name, data, depth + 1):
            yield each._replace(place=" ".join(filter(None, (place, each.place))))


def _decode_frame(data: bytes) -> Iterator[Texts]:
    try:
        for column, values in decode_frame(data):
            yield Texts(f"column {column}", column, values)
    except (pl.exceptions.PolarsError, OSError, ValueError):  # damaged, or being written
        yield from _decode_raw(data)


def _unpack_gzip(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error):  # truncated: use the part that can be read
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data)


def _decode_zip(data: bytes, depth: int) -> Iterator[Texts]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            yield Texts("names of members", "", pl.Series(names, dtype=pl.String))
            for name in names:
                yield from _decode_inner(name, name, archive.read(name), depth)
    except (zipfile.BadZipFile, zlib.error):
        yield from _decode_raw(data)


def _decode_text(name: str, data: bytes) -> Iterator[Texts]:
    text = data.decode(errors="replace")
    yield Texts("", "", _split_lines(text))
    if name.endswith(".csv"):
        yield from _decode_csv(text)
    elif text.lstrip()[:1] in ("{", "["):
        yield from _decode_json(text)
    elif "&" in text:  # entities of a page, or of a sheet in a workbook
        yield Texts("", "", _split_lines(html.unescape(text)))


def _decode_csv(text: str) -> Iterator[Texts]:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    for position, column in enumerate(rows[0] if rows else []):
        values = [row[position] for row in rows[1:] if len(row) > position]
        yield Texts(f"column {column}", column, pl.Series(values, dtype=pl.String))


def _decode_json(text: str) -> Iterator[Texts]:
    """Yield the texts of JSON or JSON lines, by key."""
    try:
        documents = [json.loads(text)]
    except ValueError:
        documents = list(filter(None, map(_read_line, text.splitlines())))
    texts: dict[str, list[str]] = {}
    for document in documents:
        _gather(document, "", texts)
    for key, values in texts.items():
        yield Texts(f"key {key}", key, pl.Series(values, dtype=pl.String))


def _read_line(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _gather(value: Any, key: str, texts: dict[str, list[str]]) -> None:
    """Collect the texts within a value by their keys; keys are texts, too."""
    if isinstance(value, dict):
        texts.setdefault("", []).extend(value)
        for name, inner in value.items():
            _gather(inner, name, texts)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, key, texts)
    elif isinstance(value, str):
        texts.setdefault(key, []).append(value)
        if value[:1] in ("{", "["):  # statistics in Delta's log are JSON inside JSON
            _gather(_read_line(value), key, texts)


def _decode_raw(data: bytes) -> Iterator[Texts]:
    """Yield the raw bytes: free pages of a database may still contain removed data."""
    yield Texts("bytes", "", _split_lines(data.decode(errors="replace")))


def _split_lines(text: str) -> pl.Series:
    return pl.Series(text.split("\n"), dtype=pl.String)
