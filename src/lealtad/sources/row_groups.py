"""Merging source rows that form one row of the contract, such as lines that repeat their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.amounts import express_amount, is_computed, read_number
from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.row_columns import has_value, list_amount_columns, require_column

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.sources.contract import Table
    from lealtad.sources.table_source import TableSource

AT = "_at"  # the position of the first source row of a merged row


def gather_rows(
    frames: Iterable[pl.DataFrame], table: Table, source: TableSource
) -> tuple[pl.DataFrame, TableSource]:
    """Return one row per value of `one_row_per`, and the section adapted to these rows.

    A column has the first non-empty value of the rows; columns of `sums` are summed over them. Rows with an empty
    value are not merged. Memory holds all rows.

    Returns
    -------
    The source columns, `_at`, and one column for each sum.

    Raises
    ------
    DataError
        If a column is missing.
    """
    rows = pl.concat(list(frames), how="diagonal_relaxed").with_row_index(AT)
    key = str(source.one_row_per)
    wanted = [key, *(source.columns.get(name, name) for name in source.sums)]
    for theirs in wanted:
        require_column(table.name, theirs, rows.drop(AT).columns)
    totals = {name: f"sum of {source.columns.get(name, name)} ({name})" for name in source.sums}
    others = [name for name in rows.columns if name not in (key, SOURCE_TEXT)]
    group = pl.when(has_value(key, rows)).then(pl.col(key)).otherwise(pl.concat_str(pl.lit("\0"), pl.col(AT)))
    groups = (
        rows.with_columns(
            group.alias("_group"), *(_express_addend(rows, name, source).alias(to) for name, to in totals.items())
        )
        .group_by("_group", maintain_order=True)
        .agg(
            pl.col(key).first(),
            *(pl.col(name).filter(has_value(name, rows)).first() for name in others),
            *([pl.col(SOURCE_TEXT).first()] if SOURCE_TEXT in rows.columns else []),
            *(pl.col(to).sum().round(6) for to in totals.values()),
        )
        .drop("_group")
    )
    keys = {name: dict(getattr(source, name)) for name in ("scale", "minus", "times")}
    for name in totals:
        for key_columns in keys.values():
            key_columns.pop(name, None)
    columns = {**source.columns, **totals}
    used = (
        *source.ignore,
        *(source.columns.get(name, name) for name in source.sums),
        *list_amount_columns(source),
    )
    return groups, source.model_copy(update={**keys, "columns": columns, "sums": (), "ignore": used})


def _express_addend(rows: pl.DataFrame, name: str, source: TableSource) -> pl.Expr:
    theirs = source.columns.get(name, name)
    if is_computed(name, source):
        return express_amount(name, theirs, rows.schema, source)
    return read_number(theirs, rows.schema[theirs], source)
