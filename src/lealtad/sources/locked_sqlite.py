"""SQLite for untrusted queries: an authorizer allows reading the tables of one file, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LONGEST = 1 << 26  # bytes of one value; a function could allocate a gigabyte
_ACTIONS = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
# requests of full-text and spatial indexes to their own file while they are opened; none of them changes data
_PRAGMAS = frozenset({("data_version", None), ("page_size", None)})
_DECLARED = (sqlite3.SQLITE_UPDATE, "sqlite_master")  # only in memory, since the file itself is read-only
_REACHING_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"})


@contextmanager
def open_locked(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a company's database for queries that can only read it.

    Raises
    ------
    sqlite3.Error
        If it cannot be opened.
    """
    with closing(_connect(file)) as con:
        con.execute("pragma query_only = on")
        con.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        con.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        con.set_authorizer(_authorize)
        yield con


def list_tables(con: sqlite3.Connection) -> list[str]:
    """Return the names of its tables and views."""
    rows = con.execute("select name from sqlite_master where type in ('table', 'view') order by name")
    return [name for (name,) in rows]


def _connect(file: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(file))}?mode=ro"
    con = sqlite3.connect(address, uri=True)
    try:
        con.execute("select 1 from sqlite_master")
    except sqlite3.OperationalError:
        con.close()
        # a write-ahead log could not be opened read-only; without one the file is complete
        if file.with_name(f"{file.name}-wal").exists():
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True)
    except sqlite3.Error:
        con.close()
        raise
    return con


def _authorize(action: int, one: str | None, two: str | None, *_: str | None) -> int:
    allowed = action in _ACTIONS or (action, one) == _DECLARED
    if action == sqlite3.SQLITE_PRAGMA:
        allowed = ((one or "").lower(), two) in _PRAGMAS
    if action == sqlite3.SQLITE_FUNCTION:
        allowed = (two or "").lower() not in _REACHING_FUNCTIONS
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY
