"""Part the rows of a table into valid and rejected; nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.contract.conversion import converted
from lealtad.contract.reading import ISO
from lealtad.contract.rules import known_customer, readable, rules_of
from lealtad.contract.tables import Column, table_named
from lealtad.errors import DataError, nearest

if TYPE_CHECKING:
    from lealtad.contract.reading import Reading
    from lealtad.contract.rules import Rule
    from lealtad.contract.tables import Table

_ROW = "source_row"
REJECTED_SCHEMA = pl.Schema(
    {"table": pl.String, _ROW: pl.Int64, "rules": pl.String, "reasons": pl.String, "row": pl.String}
)


@dataclass(frozen=True)
class Split:
    """The two halves of a table; `rows_in = valid.height + rejected.height`, always.

    Attributes
    ----------
    valid
        Rows in the contract's types, with `known_at` (UTC; null on customers means always known) and
        `source_zone` beside them.
    rejected
        One row per row that broke a rule: `table, source_row` (0 for the first), `rules` (their names, `;`
        between), `reasons` (their sentences), `row` (what came, as JSON).
    """

    table: Table
    rows_in: int
    valid: pl.DataFrame
    rejected: pl.DataFrame

    def require_valid_rows(self) -> None:
        """Refuse a table of which nothing is left, before it takes the place of what was there.

        Raises
        ------
        DataError
            If no row is valid; it tells the commonest reason and where it stands first, but no data.
        """
        if not self.valid.is_empty():
            return
        reason = self.rejected["reasons"].value_counts(sort=True)["reasons"][0]
        first = self.rejected.filter(pl.col("reasons") == reason)["source_row"][0]
        raise DataError(
            table=self.table.name,
            expected="at least one valid row",
            found=f"none of {self.rows_in:,}",
            mend=f"Most rows break this rule: {reason}. The first is row {first}, counted from 0.",
        )


def split(
    name: str, rows: pl.DataFrame, *, customer_ids: pl.Series | None = None, reading: Reading = ISO
) -> Split:
    """Part the rows of the table `name` into valid and rejected ones.

    Parameters
    ----------
    name
        A table of the contract, such as "orders".
    rows
        One row per grain of that table. Text is read into the column's type; columns named `attr_*` are
        allowed in `customers`.
    customer_ids
        The known customers; facts of others are rejected. None skips that rule.
    reading
        How the source writes its values.

    Raises
    ------
    DataError
        If the table is empty, lacks a required column, or has a column the contract does not know.
    SettingsError
        If the table is unknown.

    Examples
    --------
    >>> rows = pl.DataFrame({"order_id": ["a", "a"], "customer_id": ["7", "7"],
    ...                      "ordered_at": ["2026-01-31", "2026-01-31"], "amount": ["9.50", "9.50"]})
    >>> parts = split("orders", rows)
    >>> parts.valid.height, parts.rejected["reasons"].to_list()
    (1, ['order_id must be unique; the first row with it was kept'])
    """
    table = table_named(name)
    _check_columns(table, rows)
    columns = [table.column(given) or Column(given) for given in rows.columns]
    numbered = rows.with_row_index(_ROW)
    typed = numbered.with_columns(converted(column, rows.schema[column.name], reading) for column in columns)
    broken_as_given = [readable(column, rows.schema[column.name], reading) for column in columns]
    rules = rules_of(table, set(rows.columns))
    if customer_ids is not None:
        rules.append(known_customer(customer_ids))
    unreadable = numbered.select(_broken(broken_as_given))
    verdict = pl.concat([unreadable, typed.select(_broken(rules))], how="horizontal")
    # a value that could not be read is null by now: say so once, not also that it is missing
    for column in columns:
        missing, garbled = f"{column.name}_is_given", f"{column.name}_is_readable"
        if missing in verdict.columns:
            verdict = verdict.with_columns(pl.col(missing) & ~pl.col(garbled))
    good = ~verdict.select(pl.any_horizontal(pl.all())).to_series()
    clocks = (_known_at(table, rows.columns), pl.lit(reading.zone).alias("source_zone"))
    valid = typed.filter(good).drop(_ROW).with_columns(*clocks)
    rejected = _rejected(table, numbered, verdict, [*broken_as_given, *rules], ~good)
    return Split(table, rows.height, valid, rejected)


def _broken(rules: list[Rule]) -> list[pl.Expr]:
    return [(~rule.holds.fill_null(value=False)).alias(rule.name) for rule in rules]


def _rejected(
    table: Table, numbered: pl.DataFrame, verdict: pl.DataFrame, rules: list[Rule], bad: pl.Series
) -> pl.DataFrame:
    named = [pl.when(pl.col(rule.name)).then(pl.lit(rule.name)) for rule in rules]
    said = [pl.when(pl.col(rule.name)).then(pl.lit(rule.sentence)) for rule in rules]
    reasons = verdict.filter(bad).select(
        pl.concat_str(named, separator=";", ignore_nulls=True).alias("rules"),
        pl.concat_str(said, separator="; ", ignore_nulls=True).alias("reasons"),
    )
    came = numbered.filter(bad).select(
        pl.lit(table.name).alias("table"),
        pl.col(_ROW).cast(pl.Int64),
        pl.struct(pl.exclude(_ROW).cast(pl.String)).struct.json_encode().alias("row"),
    )
    return pl.concat([came, reasons], how="horizontal").select(REJECTED_SCHEMA.names())


def _known_at(table: Table, given: list[str]) -> pl.Expr:
    if table.event_time is None:
        known = pl.col("valid_from") if "valid_from" in given else pl.lit(None, pl.Datetime("us", "UTC"))
    elif "recorded_at" in given:
        known = pl.max_horizontal(table.event_time, "recorded_at")
    else:
        known = pl.col(table.event_time)
    return known.alias("known_at")


def _check_columns(table: Table, rows: pl.DataFrame) -> None:
    for column in table.columns:
        if column.required and column.name not in rows.columns:
            raise DataError(
                table=table.name,
                column=column.name,
                expected=f"a column of that name ({column.kind.sentence})",
                found=f"only {', '.join(rows.columns) or 'no columns'}",
                mend="Rename or add the column in the source.",
            )
    for name in rows.columns:
        if table.column(name) is None and not (table.name == "customers" and name.startswith("attr_")):
            raise DataError(
                table=table.name,
                column=name,
                expected="only columns of the contract"
                + (" or attr_* attributes" if table.name == "customers" else ""),
                found=f"'{name}'",
                mend=nearest(name, table.names) + " Leave out what has no place.",
            )
    if rows.is_empty():
        raise DataError(
            table=table.name,
            expected="at least one row",
            found="none",
            mend="Check the export, or leave the table out: features that need it are then switched off.",
        )
