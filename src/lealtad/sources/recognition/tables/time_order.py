"""The order of the times of a column in a query, where the rows of files are text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.recognition.tables.source_tables import quote_name

if TYPE_CHECKING:
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_DAY_FIRST = "['%d/%m/%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y']"
_MONTH_FIRST = "['%m/%d/%Y %H:%M:%S', '%m/%d/%Y %H:%M', '%m/%d/%Y']"
_YEAR_FIRST = r"^\s*\d{4}-\d{2}-\d{2}"


def query_time(table: SourceTable, header: str) -> str:
    """Write the SQL by which the times of a column sort; empty if their text does not sort and is not parsed.

    So it is with months by their names, and with days that may be months.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> from lealtad.sources.recognition.tables.source_tables import Place, SourceTable
    >>> rows = pl.DataFrame({"at": ["2024-01-05"], "day": ["05-Jan-2024"]})
    >>> contents = tuple(describe_content(column) for column in rows.iter_columns())
    >>> table = SourceTable(Place("a.csv", {}), contents, sample=rows)
    >>> query_time(table, "at"), query_time(table, "day")
    ('"at"', '')
    """
    content, name = table.content(header), quote_name(header)
    setting = content.dates.setting if content.dates else ""
    if setting in {"day first", "month first"}:
        forms = _DAY_FIRST if setting == "day first" else _MONTH_FIRST
        return f"strptime(replace(replace({name}, '-', '/'), '.', '/'), {forms})"
    if not content.text:
        return name
    if setting == "iso" and table.sample is not None:
        cells = table.sample[header].cast(pl.String, strict=False).drop_nulls()
        return name if cells.str.contains(_YEAR_FIRST).all() else ""
    return name if setting else ""
