"""Splitting the rows of a table into valid and rejected rows, without losing any."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, suggest_name
from lealtad.sources.contract.columns import express_known_at
from lealtad.sources.contract.joint_rules import check_together
from lealtad.sources.contract.judging import judge_rows
from lealtad.sources.contract.reading import ISO
from lealtad.sources.contract.rejects import RuleBreach, list_rejects
from lealtad.sources.contract.tables import SOURCE_TEXT, get_table

if TYPE_CHECKING:
    from lealtad.sources.contract.reading import Reading
    from lealtad.sources.contract.tables import Table


@dataclass(frozen=True)
class Split:
    """The two halves of a table; always `rows_in = valid.height + rejected.height`.

    Attributes
    ----------
    table
        The name of the table.
    rows_in
        Number of rows received.
    valid
        Rows in the contract's types, with `known_at` (UTC; null on customers means always known) and
        `source_zone`. Duplicate rows are kept; a load adds them once.
    rejected
        One row per row that broke a rule: `table, source, source_row` (0 for the first), `rules, reasons, row`.
        The names of the rules are joined with `;`, and so are their sentences; `row` is the original row as JSON.
    """

    table: Table
    rows_in: int
    valid: pl.DataFrame
    rejected: pl.DataFrame


def split(
    name: str,
    rows: pl.DataFrame,
    *,
    customer_ids: pl.Series | None = None,
    stored: pl.DataFrame | None = None,
    reading: Reading = ISO,
) -> Split:
    """Split the rows of a table into valid and rejected rows; none is lost.

    Each row is checked on its own: types, allowed values, times. Then the valid rows are compared with one
    another, with the customers and with the lake. Keys are unique, customers are known, an alias has one owner,
    and a customer has one arm per campaign.

    Parameters
    ----------
    name
        A table of the contract, such as "orders".
    rows
        One row per grain of that table. Text is read into the column's type; columns named `attr_*` are
        allowed in `customers`.
    customer_ids
        The known customers and their aliases; facts of others are rejected. None skips that rule.
    stored
        Rows of the same table in force in a lake, where for example a ticket may have been created. None for no
        lake.
    reading
        How the source writes times and numbers; by default ISO 8601 and a decimal point, in UTC.

    Returns
    -------
    The valid rows in the contract's types, and the rejected ones with the rules that they break; see `Split`.

    Raises
    ------
    DataError
        If the table is empty, lacks a required column, or has a column that the contract does not have.
    SettingsError
        If the table is unknown.

    Examples
    --------
    >>> rows = pl.DataFrame({"order_id": ["a", "a"], "customer_id": ["7", "7"],
    ...                      "ordered_at": ["2026-01-31", "2026-01-31"], "amount": ["9.50", "10"]})
    >>> parts = split("orders", rows)
    >>> parts.valid.height, parts.rejected["reasons"].to_list()
    (1, ['order_id must be unique; the first row with it was kept'])
    """
    table = get_table(name)
    check_columns(table, rows)
    if rows.is_empty():
        raise no_rows_error(table)
    judged = judge_rows(table, rows, reading)
    crossed = check_together(table, judged.typed, judged.sound, customer_ids=customer_ids, stored=stored)
    bad = ~judged.sound
    for finding in crossed:
        bad |= finding.broken
    clocks = (express_known_at(table, rows.columns), pl.lit(reading.zone).alias("source_zone"))
    valid = judged.typed.filter(~bad).with_columns(*clocks)
    of_the_bad = [RuleBreach(finding.name, finding.sentence, finding.broken.filter(bad)) for finding in crossed]
    findings = [*judged.list_breaches(bad), *of_the_bad]
    return Split(table, rows.height, valid, list_rejects(name, name, rows.filter(bad), bad.arg_true(), findings))


def check_columns(table: Table, rows: pl.DataFrame) -> None:
    """Refuse rows that lack a required column or have one that the contract does not have.

    Raises
    ------
    DataError
        In either case; the message names the nearest known column.
    """
    for column in table.columns:
        if column.required and column.name not in rows.columns:
            present = [name for name in rows.columns if name != SOURCE_TEXT]
            raise DataError(
                table=table.name,
                column=column.name,
                expected=f"a column of that name ({column.kind.sentence})",
                found=f"only {', '.join(present) or 'no columns'}",
                fix=f"Add it to the source, or map one to it: columns.{column.name} in [sources.{table.name}].",
            )
    for name in rows.columns:
        if name == SOURCE_TEXT:
            continue
        if table.column(name) is None and not (table.name == "customers" and name.startswith("attr_")):
            raise DataError(
                table=table.name,
                column=name,
                expected="only columns of the contract"
                + (" or attr_* attributes" if table.name == "customers" else ""),
                found=f"'{name}'",
                fix=suggest_name(name, table.names) + " Leave out a column that has no place.",
            )


def no_rows_error(table: Table) -> DataError:
    """Return the error of a table without rows."""
    return DataError(
        table=table.name,
        expected="at least one row",
        found="none",
        fix="Check the export, or leave the table out: features that need it are then switched off.",
    )
