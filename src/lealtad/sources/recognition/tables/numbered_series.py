"""Documents whose number counts within a series, as A 1 and B 1: both together identify them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.columns.content import describe_content
from lealtad.sources.recognition.columns.vocabulary import get_words
from lealtad.sources.recognition.tables.receipts import ORDER
from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_SERIES, _NUMBER = (get_words("numbered_series", kind) for kind in ("series", "number"))
_UNIQUE, _MOST = 0.98, 40
_MONEY = frozenset({"amount", "price"})


def number_within_series(table: SourceTable) -> SourceTable:
    """Add the column that identifies documents by series and number; other tables are returned as they are.

    A number that is unique so far counts too: the next one of another series may be equal.
    """
    sample, place = table.sample, table.place
    if sample is None or place.rows != "rows" or place.dialect != "duckdb":
        return table
    series = next((one for one in table.contents if one.words & _SERIES and 1 < _count(one) <= _MOST), None)
    number = next((one for one in table.contents if _is_number(one)), None)
    if series is None or number is None or not any(one.ideas & _MONEY for one in table.contents):
        return table
    name = f"{series.name} {number.name}"
    pair = pl.concat_str([series.name, number.name], separator="-", ignore_nulls=True)
    both = sample.select(pl.when(pl.col(number.name).is_not_null()).then(pair).alias(name))
    document = replace(describe_content(both[name]), known_as=ORDER)
    if name in sample.columns or document.share_distinct < _UNIQUE:
        return table
    rows = f"(select {query_pair(series.name, number.name)} as {quote_name(name)}, * from rows)"  # noqa: S608
    why = f'Its numbers count within each "{series.name}": both together identify a document.'
    return replace(
        table,
        place=replace(place, rows=rows, why=why),
        contents=(document, *table.contents),
        sample=pl.concat([both, sample], how="horizontal"),
    )


def query_pair(series: str, number: str) -> str:
    """Write the SQL of a number within its series; null in rows without a number: no document is there."""
    within, own = (f"nullif(cast({quote_name(name)} as varchar), '')" for name in (series, number))
    return f"coalesce({within} || '-', '') || {own}"


def _count(series: ColumnContent) -> int:
    """Count the series; documents without one are one too."""
    return series.distinct + (series.share_missing > 0)


def _is_number(content: ColumnContent) -> bool:
    """Whether a column is called a number, and nothing else."""
    return bool(content.words) and content.words <= _NUMBER and content.decimal is not None
