"""Rejected rows as data: their position, every rule they broke, and their content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.side_tables import CONTACTS

if TYPE_CHECKING:
    from collections.abc import Sequence

ROW = "source_row"
REJECTED_SCHEMA = pl.Schema(
    {
        "table": pl.String(),
        "source": pl.String(),
        ROW: pl.Int64(),
        "rules": pl.String(),
        "reasons": pl.String(),
        "row": pl.String(),
    }
)

# columns that are not shown, since rejected rows are in files and logs
_MOST_SHOWN = 2_000  # characters of a cell; a rejected text may be a megabyte
_PERSONAL = {CONTACTS.name: {column.name for column in CONTACTS.columns if column.free_text}}


@dataclass(frozen=True)
class RuleBreach:
    """A rule applied to some rows: `broken` is true on those that break it."""

    name: str
    sentence: str
    broken: pl.Series


def list_rejects(
    table: str, source: str | pl.Series, rows: pl.DataFrame, positions: pl.Series, findings: Sequence[RuleBreach]
) -> pl.DataFrame:
    """Return one row per rejected row: `table, source, source_row, rules, reasons, row`.

    Parameters
    ----------
    source
        A readable name of the rows' origin, one for all or one for each.
    rows
        The original rows.
    positions
        The position of each in the source, counted from 0.
    findings
        The reasons; names of rules are joined with `;`, and so are their sentences, in this order.
    """
    broken = pl.DataFrame([finding.broken.alias(finding.name) for finding in findings])
    named = [pl.when(pl.col(finding.name)).then(pl.lit(finding.name)) for finding in findings]
    sentences = [pl.when(pl.col(finding.name)).then(pl.lit(finding.sentence)) for finding in findings]
    reasons = broken.select(
        pl.concat_str(named, separator=";", ignore_nulls=True).alias("rules"),
        pl.concat_str(sentences, separator="; ", ignore_nulls=True).alias("reasons"),
    )
    personal: set[str] = _PERSONAL.get(table, set())
    as_text = [
        pl.when(pl.col(name).is_not_null()).then(pl.lit("…")).alias(name)
        if name in personal
        else _as_text(pl.col(name), dtype)
        for name, dtype in rows.schema.items()
    ]
    came = rows.select(
        pl.lit(table).alias("table"),
        pl.lit(source).cast(pl.String).alias("source"),
        pl.lit(positions).cast(pl.Int64).alias(ROW),
        pl.struct(as_text).struct.json_encode().alias("row"),
    )
    return pl.concat([came, reasons], how="horizontal").select(REJECTED_SCHEMA.names())


def _as_text(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if dtype.is_nested():
        return value
    if isinstance(dtype, pl.Duration):  # Polars cannot cast durations to text
        return value.dt.to_string("iso")
    text = value.cast(pl.String, strict=False)
    return pl.when(text.str.len_bytes() > _MOST_SHOWN).then(text.str.head(_MOST_SHOWN) + "…").otherwise(text)
