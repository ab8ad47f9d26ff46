"""Databases through Ibis: a table or a query, read a batch at a time, in a read-only transaction."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lealtad.base.errors import DataError, LealtadError, SettingsError, suggest_name
from lealtad.sources import locked_duckdb, locked_sqlite
from lealtad.sources.driver_rows import build_frame
from lealtad.sources.secret import fill_references, hide_secrets, hide_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl

_ROWS = 50_000
# schemes that Ibis reads as files or runs in this process, besides the two that are locked
_FILES_OF_IBIS = frozenset(
    {"", "file", "polars", "datafusion", "pandas", "dask", "parquet", "csv", "delta", "chdb"}
)


def read_database(
    table: str, template: str, name: str | None, query: str | None, folder: Path
) -> Iterator[pl.DataFrame]:
    """Read a table or the result of a query in batches, in its own columns.

    Memory holds one batch; PostgreSQL keeps the rest in a server-side cursor.

    Parameters
    ----------
    table
        The table of the contract that the rows are for, for errors.
    template
        The address, with `${NAME}` references.
    name, query
        A table or a query to read: one of the two.
    folder
        The folder of SQLite and DuckDB files.

    Raises
    ------
    SettingsError
        If a variable is not set, or the database needs a driver that is not installed.
    DataError
        If it cannot be reached, has no such table, cannot run the query, or fails while reading. No error shows
        the value of a reference.
    """
    address = fill_references(f"sources.{table}.database", template)
    scheme = urlsplit(address).scheme
    with _wrap_errors(table, template, address):
        if scheme in _IN_FILES:
            yield from _IN_FILES[scheme](table, _locate_file(table, address, folder), name, query)
            return
        with _connect(table, template, address) as con:
            yield from (_read_postgres if con.name == "postgres" else read_any)(table, con, name, query)


@contextmanager
def _wrap_errors(table: str, template: str, address: str) -> Iterator[None]:
    """Convert any driver's error to one error without secrets."""
    try:
        yield
    except LealtadError:
        raise
    except Exception as error:  # each driver has its own exceptions
        message = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise DataError(
            table=table,
            expected=f"to read from the database {template}",
            found=hide_values(hide_secrets(message, template, address)),
            fix="Check that the database answers and has the table or the columns, then run the command again.",
        ) from None


@contextmanager
def _connect(table: str, template: str, address: str) -> Iterator[Any]:
    import ibis

    scheme = urlsplit(address).scheme
    try:
        if scheme in _FILES_OF_IBIS:  # Ibis would open a path with a backend of its choice, unlocked
            raise ValueError  # noqa: TRY301 - said like what Ibis says
        con = ibis.connect(address)
    except ImportError:
        raise SettingsError(
            place=f"sources.{table}.database",
            expected="the driver for the database",
            found=f"none for {scheme}",
            fix=f'Install it with: pip install "ibis-framework[{scheme}]"',
        ) from None
    except ValueError:  # its message may contain a part of the password
        raise SettingsError(
            place=f"sources.{table}.database",
            expected="an address such as postgresql://user:${NAME}@host:5432/database",
            found=f"one that cannot be understood in {template}",
            fix="Put a password with signs such as @ and / into an environment variable, and write ${NAME}.",
        ) from None
    try:
        yield con
    finally:
        con.disconnect()


def _locate_file(table: str, address: str, folder: Path) -> Path:
    """Return the file of an address, relative to a folder; a missing file is not created."""
    scheme, _, rest = address.partition("://")
    places = [folder / rest.removeprefix("/"), folder / rest]
    file = next((place for place in places if place.is_file()), None)
    if file is None:
        raise DataError(
            table=table,
            expected=f"a {scheme} file",
            found=f"none at {places[0]}",
            fix=f"Write {scheme}:///name, relative to the settings, or {scheme}:////folder/name.",
        )
    return file.resolve()


def _write_statement(table: str, con: Any, name: str | None, query: str | None) -> str:
    """Return the SQL to run."""
    return str(con.compile(_find_table(table, con, name))) if query is None else query.strip().rstrip(";")


def _find_table(table: str, con: Any, name: str | None) -> Any:
    import ibis

    schema, _, bare = (name or "").rpartition(".")
    try:
        return con.table(bare, database=schema or None)
    except ibis.common.exceptions.TableNotFound:
        raise _missing_table_error(table, name, con.list_tables(database=schema or None)) from None


def _missing_table_error(table: str, name: str | None, names: list[str]) -> DataError:
    return DataError(
        table=table,
        expected=f"a table {name} in the database",
        found="none",
        fix=suggest_name((name or "").rpartition(".")[2], names)
        if names
        else "The database has no table that this user may read; check the schema and the rights.",
    )


def _read_postgres(table: str, con: Any, name: str | None, query: str | None) -> Iterator[pl.DataFrame]:
    sql = _write_statement(table, con, name, query)
    con.con.read_only = True
    # a named cursor stays on the server; an unnamed one would fetch all rows at once
    with con.con.transaction(), con.con.cursor(name="lealtad") as cursor:
        yield from _fetch_batches(cursor.execute(sql))


def _read_sqlite(table: str, file: Path, name: str | None, query: str | None) -> Iterator[pl.DataFrame]:
    with locked_sqlite.open_locked(file) as con:
        if query is None:
            names, bare = locked_sqlite.list_tables(con), (name or "").rpartition(".")[2]
            if bare.lower() not in map(str.lower, [*names, "sqlite_master"]):
                raise _missing_table_error(table, name, names)
            query = f"select * from {_quote(bare)}"  # noqa: S608 - quoted
        yield from _fetch_batches(con.execute(query.strip().rstrip(";")))


def _fetch_batches(cursor: Any) -> Iterator[pl.DataFrame]:
    names = [column[0] for column in cursor.description]
    yield build_frame(names, [])
    while rows := cursor.fetchmany(_ROWS):
        yield build_frame(names, rows)


def _read_duckdb(table: str, file: Path, name: str | None, query: str | None) -> Iterator[pl.DataFrame]:
    with locked_duckdb.open_locked(file) as con:
        if query is None:
            found = con.execute("select table_schema, table_name from information_schema.tables order by 1, 2")
            places = [(schema, bare) for schema, bare in found.fetchall()]
            schema, _, bare = (name or "").rpartition(".")
            place = next((at for at in places if at[1].lower() == bare.lower() and schema in {"", at[0]}), None)
            if place is None:
                raise _missing_table_error(table, name, [at[1] for at in places])
            query = f"select * from {'.'.join(map(_quote, place))}"  # noqa: S608 - quoted
        yield from locked_duckdb.select_batches(con, query, _ROWS)


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def read_any(table: str, con: Any, name: str | None, query: str | None) -> Iterator[pl.DataFrame]:
    """Read from any other backend with Ibis' generic methods."""
    rows = _find_table(table, con, name) if query is None else con.sql(query)
    yield from locked_duckdb.convert_batches(rows.to_pyarrow_batches(chunk_size=_ROWS))


_IN_FILES: dict[str, Callable[[str, Path, str | None, str | None], Iterator[pl.DataFrame]]] = {
    "sqlite": _read_sqlite,
    "duckdb": _read_duckdb,
}
