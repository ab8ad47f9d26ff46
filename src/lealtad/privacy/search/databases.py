"""The texts of an SQLite database: the contents of its tables. Its raw bytes are searched separately."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator


def decode_database(data: bytes) -> Iterator[tuple[str, str, pl.Series]]:
    """Yield table, column and texts of a database; session data are unpacked."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.text_factory = lambda value: value.decode(errors="replace")
        connection.deserialize(_leave_wal(data))
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            cursor = connection.execute(f"select * from {quote(table)}")  # noqa: S608 - a name of the file's own
            columns = [each[0] for each in cursor.description]
            rows = cursor.fetchall()
            for position, column in enumerate(columns):
                texts = [text for row in rows if (text := _read_value(row[position]))]
                yield f"table {table} column {column}", column, pl.Series(texts, dtype=pl.String)


def quote(name: str) -> str:
    r'''Return a name as SQL takes it.

    Examples
    --------
    >>> quote('my "own"')
    '"my ""own"""'
    '''
    return '"' + name.replace('"', '""') + '"'


def unpack_session(text: str) -> str:
    """Return the content of a session of the desk; any other text is returned unchanged.

    Examples
    --------
    >>> unpack_session("no session")
    'no session'
    """
    packed, _, signature = text.partition(":")
    if not signature:
        return text
    compressed = packed.startswith(".")
    try:
        data = base64.urlsafe_b64decode(packed.removeprefix(".") + "==")
        unpacked = (zlib.decompress(data) if compressed else data).decode()
        json.loads(unpacked)
    except (ValueError, zlib.error):
        return text
    return unpacked


def _read_value(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return unpack_session(value) if isinstance(value, str) else ""


def _leave_wal(data: bytes) -> bytes:
    """Return a database that does not need its write-ahead log, by changing bytes 18 and 19 of its header."""
    return data[:18] + b"\x01\x01" + data[20:]
