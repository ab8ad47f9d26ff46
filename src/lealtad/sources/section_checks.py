"""Checks of a section of `[sources]`, before anything is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError, suggest_name
from lealtad.sources.contract.written_ids import refuse_unknown_way
from lealtad.sources.files.text_encoding import refuse_unknown_encoding
from lealtad.sources.secret import refuse_literal_password

if TYPE_CHECKING:
    from lealtad.sources.contract import Table
    from lealtad.sources.table_source import TableSource

# the keys that name columns of the contract
_BY_COLUMN = ("columns", "values", "constants", "ids", "sums", "scale", "times", "minus", "units", "times_of_day")


def check_section(table: Table, source: TableSource) -> None:
    """Refuse an invalid section.

    Raises
    ------
    SettingsError
        If it names no place to read from or two, contains a password in plain text, or an unknown encoding, way of
        normalising ids or column. If it has a key that its table does not allow.
    """
    place = f"sources.{table.name}"
    _check_place(place, source)
    _ = source.reading  # an impossible zone or format fails now
    refuse_literal_password(f"{place}.database", source.database)
    for encoding in source.encoding:
        refuse_unknown_encoding(f"{place}.encoding", encoding)
    for column, way in source.ids.items():
        refuse_unknown_way(f"{place}.ids.{column}", way)
    for key in _BY_COLUMN:
        for name in getattr(source, key):
            _check_column(table, f"{place}.{key}", name)
    if source.attributes and table.name != "customers":
        raise SettingsError(
            place=f"{place}.attributes",
            expected="attributes only on customers",
            found=f"attributes on {table.name}",
            fix="Move them to [sources.customers], or leave them out.",
        )
    if source.snapshots and table.name != "subscriptions":
        raise SettingsError(
            place=f"{place}.snapshots",
            expected="snapshots only of subscriptions",
            found=f"snapshots of {table.name}",
            fix="Move them to [sources.subscriptions].",
        )
    _check_negative_amounts(table, source, place)
    if twice := sorted(source.columns.keys() & source.constants.keys()):
        raise SettingsError(
            place=place,
            expected="each column either in columns or in constants",
            found=f"'{twice[0]}' in both",
            fix=f"Leave {twice[0]} out of columns or of constants.",
        )


def _check_negative_amounts(table: Table, source: TableSource, place: str) -> None:
    if source.negative_amounts and table.name != "orders":
        raise SettingsError(
            place=f"{place}.negative_amounts",
            expected="negative_amounts only on orders",
            found=f"it on {table.name}",
            fix="Move the key to [sources.orders].",
        )
    if source.negative_amounts and "amount" not in source.columns:
        raise SettingsError(
            place=f"{place}.negative_amounts",
            expected="the column that it is read from",
            found="no columns.amount",
            fix="Map columns.amount.",
        )


def _check_place(place: str, source: TableSource) -> None:
    if bool(source.files) == bool(source.database):
        raise SettingsError(
            place=place,
            expected="either files or a database",
            found="both" if source.files else "neither",
            fix='Write files = "exports/orders*.csv", or database = "${NAME}" with a table or a query.',
        )
    if source.database and bool(source.table) == bool(source.query):
        raise SettingsError(
            place=place,
            expected="either a table or a query of the database",
            found="both" if source.table else "neither",
            fix='Write table = "schema.name", or query = "select …".',
        )
    if source.files and source.table:
        raise SettingsError(
            place=f"{place}.table",
            expected="a table of a database",
            found="files",
            fix="Leave table out; a query reads files as the table rows.",
        )


def _check_column(table: Table, place: str, name: str) -> None:
    is_attribute = table.name == "customers" and name.startswith("attr_")
    if name not in table.names and not is_attribute:
        raise SettingsError(
            place=place,
            expected=f"a column of the contract for {table.name}",
            found=f"'{name}'",
            fix=suggest_name(name, table.names),
        )
