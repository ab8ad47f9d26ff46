"""DuckDB for untrusted queries: they can read the given tables, but no files, network or settings."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

_MEMORY = "1GB"
_SPILLED = "20GB"  # limit of spilled data on disk
_NO_EXTENSIONS = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,  # variables of this process must not be tables
}
_LOCK = "set enable_external_access = false; set lock_configuration = true"


@contextmanager
def open_scratch(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new database in a private folder, to be filled from files; `lock` it before running a query."""
    import duckdb

    limits: dict[str, Any] = _limit_memory(folder) | _NO_EXTENSIONS
    with duckdb.connect(folder / "rows.duckdb", config=limits) as con:
        yield con


@contextmanager
def open_locked(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a company's database read-only and locked; data beyond memory are spilled to a private folder."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="lealtad-") as spill:
        limits: dict[str, Any] = _limit_memory(Path(spill)) | _NO_EXTENSIONS
        with duckdb.connect(file, read_only=True, config=limits) as con:
            lock(con)
            yield con


def lock(con: duckdb.DuckDBPyConnection) -> None:
    """Permanently disable files, network and settings for a connection."""
    con.execute(_LOCK)


def select_batches(con: duckdb.DuckDBPyConnection, query: str, rows: int) -> Iterator[pl.DataFrame]:
    """Run one query in batches; the first may be empty, to show the columns.

    Raises
    ------
    ValueError
        If it is not a single SELECT statement.
    duckdb.Error
        If it fails, or uses something that is disabled.
    """
    import duckdb

    statements = con.extract_statements(query)
    # pivot expands to several statements
    selects = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)
    if len(statements) != 1 or statements[0].type not in selects:
        raise ValueError("no single statement that selects rows")
    result = con.sql(query)
    if result is None:
        raise ValueError("a statement that gives no rows")
    yield from convert_batches(result.to_arrow_reader(rows))


def convert_batches(reader: Any) -> Iterator[pl.DataFrame]:
    """Yield the batches of an Arrow reader as frames; the first is empty, to show the columns."""
    yield pl.DataFrame(pl.from_arrow(reader.schema.empty_table()))
    for batch in reader:
        yield pl.DataFrame(pl.from_arrow(batch))


def _limit_memory(folder: Path) -> dict[str, Any]:
    return {
        "memory_limit": _MEMORY,
        "threads": 2,
        "temp_directory": str(folder / "spilled"),
        "max_temp_directory_size": _SPILLED,
    }
