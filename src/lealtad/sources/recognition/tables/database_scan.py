"""A scan of the tables of a database: a sample of each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import polars as pl

from lealtad.base.errors import DataError, SettingsError
from lealtad.sources.database import read_database
from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.tables.nearest_shape import describe_nearest_shape
from lealtad.sources.recognition.tables.parent_tables import ask_for_missing_orders
from lealtad.sources.recognition.tables.receipts import mark_receipts
from lealtad.sources.recognition.tables.repeated_orders import ask_about_repeats
from lealtad.sources.recognition.tables.shape_match import match_shape
from lealtad.sources.recognition.tables.source_tables import Place, SourceScan, SourceTable, quote_name
from lealtad.sources.secret import fill_references, refuse_literal_password

if TYPE_CHECKING:
    from pathlib import Path

_PLACE = "--database"
_NAMES = {
    "sqlite": "select '' as part, name from sqlite_master where type in ('table', 'view') order by name",
}
_USUAL_NAMES = (
    "select table_schema as part, table_name as name from information_schema.tables "
    "where table_schema not in ('information_schema', 'pg_catalog') order by 1, 2"
)
_OWN_SCHEMAS = ("", "public", "main")  # a table there needs no schema before its name


def scan_database(address: str, folder: Path) -> SourceScan:
    """Scan every table and view of a database.

    Parameters
    ----------
    address
        The address of the database, with `${NAME}` references to environment variables for secrets.
    folder
        The folder that relative paths of SQLite and DuckDB files start from.

    Returns
    -------
    Its tables and views, recognised or not.

    Raises
    ------
    SettingsError
        If the address holds a literal password, refers to a variable that is not set, or the database has no
        table.
    DataError
        If the database cannot be reached.
    """
    refuse_literal_password(_PLACE, address)
    scheme = urlsplit(fill_references(_PLACE, address)).scheme
    names = _read_first_rows(address, folder, query=_NAMES.get(scheme, _USUAL_NAMES))
    if names.is_empty():
        raise SettingsError(
            place=_PLACE,
            expected="tables to read",
            found="none",
            fix="Name the database that holds the customers: lealtad init --database ADDRESS.",
        )
    tables, unknown = [], []
    for part, name in names.select("part", "name").iter_rows():
        try:
            tables.append(_scan_table(address, folder, scheme, part, name))
        except DataError as error:
            unknown.append((name, f"cannot be read: {error.found}."))
    tables = ask_about_repeats(ask_for_missing_orders(tables))
    unknown += [
        (table.place.name, table.question or describe_nearest_shape(table.place.name, table.contents))
        for table in tables
        if not table.match
    ]
    return SourceScan(tuple(tables), tuple(unknown))


def _scan_table(address: str, folder: Path, scheme: str, part: str, name: str) -> SourceTable:
    full = name if part in _OWN_SCHEMAS else f"{part}.{name}"
    rows = _read_first_rows(address, folder, name=full)
    contents = mark_receipts([describe_content(rows[column]) for column in rows.columns])
    in_query = quote_name(name) if part in _OWN_SCHEMAS else f"{quote_name(part)}.{quote_name(name)}"
    place = Place(full, {"database": address, "table": full}, in_query, scheme)
    return SourceTable(place, contents, match=match_shape(name, contents), sample=rows)


def _read_first_rows(
    address: str, folder: Path, *, name: str | None = None, query: str | None = None
) -> pl.DataFrame:
    """Return the first rows of a table or query."""
    rows = pl.DataFrame()
    for batch in read_database("database", address, name, query, folder):
        rows = batch
        if rows.height:
            break
    return rows
