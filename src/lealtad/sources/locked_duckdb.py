"""DuckDB for queries that others wrote: they read the given tables, and reach no file, network or setting."""

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
_SPILLED = "20GB"  # on disk, beyond memory
_NO_EXTENSIONS = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,  # a variable of this process is no table
}
_LOCK = "set enable_external_access = false; set lock_configuration = true"


@contextmanager
def open_scratch(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a new database in a folder of ours, to be filled from files; `lock` it before it meets a query."""
    import duckdb

    limits: dict[str, Any] = _limit_memory(folder) | _NO_EXTENSIONS
    with duckdb.connect(folder / "rows.duckdb", config=limits) as con:
        yield con


@contextmanager
def open_locked(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a company's database read-only and locked; what memory does not hold is spilled to a folder of ours."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="lealtad-") as spill:
        limits: dict[str, Any] = _limit_memory(Path(spill)) | _NO_EXTENSIONS
        with duckdb.connect(file, read_only=True, config=limits) as con:
            lock(con)
            yield con


def lock(con: duckdb.DuckDBPyConnection) -> None:
    """Close the files and the network to a connection, and its settings, for good."""
    con.execute(_LOCK)


def select_batches(con: duckdb.DuckDBPyConnection, query: str, rows: int) -> Iterator[pl.DataFrame]:
    """Run one query in batches; the first may be empty, and shows the columns.

    Raises
    ------
    ValueError
        If it is not one statement that selects.
    duckdb.Error
        If it cannot be run, or reaches for what is closed.
    """
    import duckdb

    statements = con.extract_statements(query)
    # pivot is written out as several statements
    selects = (duckdb.StatementType.SELECT, duckdb.StatementType.MULTI)
    if len(statements) != 1 or statements[0].type not in selects:
        raise ValueError("no single statement that selects rows")
    result = con.sql(query)
    if result is None:
        raise ValueError("a statement that gives no rows")
    yield from convert_batches(result.to_arrow_reader(rows))


def convert_batches(reader: Any) -> Iterator[pl.DataFrame]:
    """Yield what a reader of Arrow gives; the first frame is empty, and shows the columns."""
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
