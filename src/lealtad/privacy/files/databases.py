"""Removing a customer from SQLite databases: texts that name them are blanked, and free pages are dropped."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from lealtad.privacy.search.databases import quote, unpack_session

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.privacy.search.needles import Needles

ERASED = "[erased]"


def clean_database(path: Path, needles: Needles) -> int:
    """Blank every text of a database that names a customer, in place; return the number of changed rows.

    The file is rewritten and its write-ahead log emptied, so that removed data cannot be recovered.
    """
    changed = 0
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        connection.execute("pragma secure_delete = on")
        with connection:
            for (table,) in connection.execute("select name from sqlite_master where type = 'table'").fetchall():
                changed += _clean_table(connection, table, needles)
        shrink_database(connection)
    return changed


def shrink_database(connection: sqlite3.Connection) -> None:
    """Rewrite a database without its free pages, and empty its write-ahead log."""
    connection.execute("pragma secure_delete = on")
    connection.execute("vacuum")
    connection.execute("pragma wal_checkpoint(truncate)").fetchall()


def _clean_table(connection: sqlite3.Connection, table: str, needles: Needles) -> int:
    try:
        cursor = connection.execute(f"select rowid, * from {quote(table)}")  # noqa: S608 - a name of the file's own
    except sqlite3.OperationalError:  # a table without rowid; lealtad has none
        return 0
    columns = [each[0] for each in cursor.description][1:]
    changed = 0
    for number, *values in cursor.fetchall():
        named = [
            (column, value)
            for column, value in zip(columns, values, strict=True)
            if isinstance(value, str) and needles.contains(unpack_session(value), column)
        ]
        for column, value in named:
            text = needles.blank(value, ERASED) if unpack_session(value) == value else ""
            connection.execute(
                f"update {quote(table)} set {quote(column)} = ? where rowid = ?",  # noqa: S608 - as above
                (text, number),
            )
        changed += bool(named)
    return changed
