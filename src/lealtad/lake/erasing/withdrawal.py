"""Withdrawing a row that was loaded wrongly: it stops counting from a moment on, and its history stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError, suggest_name
from lealtad.base.instants import INSTANT
from lealtad.lake.entries import WHOLE
from lealtad.lake.store import Lake
from lealtad.lake.writing import start_draft
from lealtad.sources.contract import STORED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

WITHDRAWALS = "withdrawals"
_TABLES = {table.name: table for table in STORED}


def parse_key(name: str, text: str) -> dict[str, str]:
    """Parse a key into its columns: `o17` if the key is one column, else `order_id=o17,line=2`.

    Raises
    ------
    DataError
        If the table is unknown, or the columns are not its key.

    Examples
    --------
    >>> parse_key("orders", "o17"), parse_key("order_lines", "order_id=o17,line=2")
    ({'order_id': 'o17'}, {'order_id': 'o17', 'line': '2'})
    """
    table = _TABLES.get(name)
    if table is None:
        raise DataError(
            table=name, expected="a table of facts", found=f"'{name}'", fix=suggest_name(name, _TABLES)
        )
    parts = [part.partition("=") for part in text.split(",")] if "=" in text else [(table.key[0], "=", text)]
    key = {column.strip(): value.strip() for column, _, value in parts}
    if set(key) - set(table.key) or not text:
        raise DataError(
            table=name,
            expected=f"columns of its key: {', '.join(table.key)}",
            found=text or "nothing",
            fix=f"For example: lealtad lake withdraw {name} {','.join(f'{each}=…' for each in table.key)}",
        )
    return key


def withdraw(root: Path, name: str, key: Mapping[str, str], because: str, moment: datetime) -> pl.DataFrame:
    """Withdraw the rows of a key as of a moment, and return the versions that were in force.

    As of earlier dates they still exist. Loading the same row again adds nothing; a different row with the key is
    a correction and counts.

    Raises
    ------
    DataError
        If no row of that key is in force.
    BusyError
        If another run is writing to the lake.
    """
    with start_draft(Lake.open(root)) as draft:
        lake = draft.lake
        whole = not lake.has(name) or WHOLE in lake.manifest.tables[name].parts
        withdrawn: list[pl.DataFrame] = []
        for bucket in [None] if whole else lake.buckets:
            rows = lake.history(name, bucket) if lake.has(name) else pl.DataFrame()
            is_withdrawn = _match(rows, key)
            if is_withdrawn.any():
                withdrawn.append(rows.filter(is_withdrawn))
                ended = pl.when(is_withdrawn).then(pl.lit(moment).cast(INSTANT)).otherwise("superseded_at")
                draft.replace(name, rows.with_columns(superseded_at=ended), bucket)
        if not withdrawn:
            raise DataError(
                table=name,
                expected="a row in force",
                found="none with " + ", ".join(f"{column} {value}" for column, value in key.items()),
                fix="Look the key up in the company's systems.",
            )
        rows = pl.concat(withdrawn)
        draft.append(WITHDRAWALS, _describe(rows, name, key, because, moment))
    return rows


def _match(rows: pl.DataFrame, key: Mapping[str, str]) -> pl.Series:
    if rows.is_empty():
        return pl.Series([], dtype=pl.Boolean)
    same = [pl.col(column).cast(pl.String) == value for column, value in key.items()]
    return rows.select((pl.col("superseded_at").is_null() & pl.all_horizontal(same)).fill_null(value=False))[
        "superseded_at"
    ]


def _describe(
    rows: pl.DataFrame, name: str, key: Mapping[str, str], because: str, moment: datetime
) -> pl.DataFrame:
    ids = rows["customer_id"] if "customer_id" in rows.columns else pl.Series([""] * rows.height)
    return pl.DataFrame({"customer_id": ids}).with_columns(
        table=pl.lit(name),
        key=pl.lit(",".join(f"{column}={value}" for column, value in key.items())),
        because=pl.lit(because),
        withdrawn_at=pl.lit(moment).cast(INSTANT),
    )
