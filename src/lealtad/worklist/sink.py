"""The sink: the list as a table of the CRM in PostgreSQL, written in one transaction."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SinkError
from lealtad.sources.secret import fill_references, hide_secrets
from lealtad.worklist.columns import select_team_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import psycopg
    from psycopg import sql

_KEY = ("list_id", "customer_id")
_PLACE = "worklist.sink.url"
_WAITS = (1.0, 4.0)  # seconds before the second and the third attempt
_CONNECT_SECONDS = 10
_TYPES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.Boolean, "boolean"),
    (pl.String, "text"),
    (pl.Date, "date"),
    (pl.Datetime, "timestamptz"),
    (pl.Float32, "double precision"),
    (pl.Float64, "double precision"),
)
_ELSE = "bigint"


def resolve_address(url: str) -> str:
    """Return the address with its references replaced from the environment.

    Raises
    ------
    SettingsError
        If one of them is not set.
    """
    return fill_references(_PLACE, url)


def write_to_sink(team: pl.DataFrame, url: str, table: str, *, pause: Callable[[float], None] = time.sleep) -> int:
    """Write a list to a table, all or nothing, and return its number of rows.

    A missing table is created, and missing columns are added. Existing rows are updated by `list_id` and
    `customer_id`. Codes stay codes; rows of the holdout are never written.

    Parameters
    ----------
    team
        The team's columns.
    url
        Address of the database, with `${NAME}` references to the environment.
    table
        The table, with or without its schema.
    pause
        Function that waits before another attempt; tests replace it.

    Raises
    ------
    SinkError
        If the database cannot be reached three times in a row, or refuses the rows.
    SettingsError
        If a variable that the address names is not set.
    """
    import psycopg

    rows, address = select_team_columns(team), resolve_address(url)
    for wait in (*_WAITS, None):
        try:
            with psycopg.connect(address, connect_timeout=_CONNECT_SECONDS) as connection:
                _write(connection, rows, table)
        except psycopg.OperationalError as error:
            if wait is None:
                raise _build_unreachable_error(
                    table, hide_secrets(_take_first_line(error), url, address)
                ) from None
            pause(wait)
        except psycopg.Error as error:
            raise _build_refusal(table, hide_secrets(_take_first_line(error), url, address)) from None
        else:
            break
    return rows.height


def erase_from_sink(ids: Collection[str], url: str, table: str) -> int:
    """Remove customers from the CRM's table; return the number of removed rows, 0 if there is no table.

    Raises
    ------
    SinkError
        If the database does not answer or refuses.
    SettingsError
        If a variable that the address names is not set.
    """
    import psycopg
    from psycopg import sql

    address = resolve_address(url)
    try:
        with (
            psycopg.connect(address, connect_timeout=_CONNECT_SECONDS) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("select to_regclass(%s)", (_quote_table(table).as_string(connection),))
            if cursor.fetchone() == (None,):
                return 0
            delete = sql.SQL("delete from {} where customer_id = any(%s)").format(_quote_table(table))
            cursor.execute(delete, (sorted(ids),))
            return cursor.rowcount
    except psycopg.Error as error:
        raise SinkError(
            table=table,
            expected="a PostgreSQL database that removes erased customers",
            found=hide_secrets(_take_first_line(error), url, address),
            fix="Run the same command again once the database answers; it completes the erasure.",
        ) from None


def _write(connection: psycopg.Connection, rows: pl.DataFrame, table: str) -> None:
    with connection.cursor() as cursor:
        for statement in _list_statements(rows, table):
            cursor.execute(statement)
        # PostgreSQL texts cannot contain NUL characters, which carry no meaning
        text = pl.col(pl.String).str.replace_all("\x00", "", literal=True)
        cursor.executemany(_build_upsert(rows, table), rows.with_columns(text).iter_rows())


def _list_statements(rows: pl.DataFrame, table: str) -> Iterator[sql.Composed]:
    """Yield the statements that create or extend the table; columns are only ever added."""
    from psycopg import sql

    name = _quote_table(table)
    key = sql.SQL(", ").join(map(sql.Identifier, _KEY))
    key_columns = sql.SQL(", ").join(sql.SQL("{} text not null").format(sql.Identifier(part)) for part in _KEY)
    yield sql.SQL("create table if not exists {} ({}, primary key ({}))").format(name, key_columns, key)
    for column, dtype in rows.schema.items():
        if column not in _KEY:
            kind = sql.SQL(_find_sql_type(dtype))
            add = sql.SQL("alter table {} add column if not exists {} {}")
            yield add.format(name, sql.Identifier(column), kind)


def _build_upsert(rows: pl.DataFrame, table: str) -> sql.Composed:
    from psycopg import sql

    columns = [sql.Identifier(column) for column in rows.columns]
    others = [sql.Identifier(column) for column in rows.columns if column not in _KEY]
    updates = sql.SQL(", ").join(sql.SQL("{0} = excluded.{0}").format(column) for column in others)
    return sql.SQL("insert into {} ({}) values ({}) on conflict ({}) do update set {}").format(
        _quote_table(table),
        sql.SQL(", ").join(columns),
        sql.SQL(", ").join(sql.Placeholder() * len(columns)),
        sql.SQL(", ").join(map(sql.Identifier, _KEY)),
        updates,
    )


def _quote_table(table: str) -> sql.Identifier:
    from psycopg import sql

    return sql.Identifier(*table.split("."))


def _find_sql_type(dtype: pl.DataType) -> str:
    return next((name for kind, name in _TYPES if isinstance(dtype, kind)), _ELSE)


def _take_first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _build_unreachable_error(table: str, message: str) -> SinkError:
    return SinkError(
        table=table,
        expected="a PostgreSQL database that answers",
        found=f"none in {len(_WAITS) + 1} attempts: {message}",
        fix="The list is kept in its files. Run lealtad worklist again once the database answers; no row is "
        "written twice.",
    )


def _build_refusal(table: str, message: str) -> SinkError:
    return SinkError(
        table=table,
        expected=f"a table that takes the list, with {' and '.join(_KEY)} as its key",
        found=message,
        fix="The list is kept in its files, and nothing was written. Fix the table or the rights on it, then run "
        "lealtad worklist again.",
    )
