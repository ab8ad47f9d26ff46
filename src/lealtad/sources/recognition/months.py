"""Months as columns: `FACT_ene-24, FACT_feb-24, …` say twelve things in one row."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.contents import ColumnContent

_NAMES = "ene|jan|feb|fev|mar|abr|apr|may|mai|jun|jul|ago|aug|sep|set|oct|out|nov|dic|dec|dez"
_MONTH = re.compile(
    rf"^(.*?)[\W_]*(?:(?:{_NAMES})[a-zç]*[\W_]*(?:\d{{4}}|\d{{2}})?|(?:19|20)\d{{2}}[\W_]?(?:0[1-9]|1[0-2])|"
    r"(?:0[1-9]|1[0-2])[\W_](?:19|20)?\d{2}|m(?:es|onth)?[\W_]?\d{1,2})$",
    re.IGNORECASE,
)
_FEWEST = 3


def describe_month_columns(contents: Sequence[ColumnContent]) -> str:
    """Say that some columns are months, and that they are not read; empty where none are.

    Examples
    --------
    >>> from lealtad.sources.recognition.contents import describe_content
    >>> import polars as pl
    >>> columns = [describe_content(pl.Series(f"FACT_{month}-24", ["15,00"])) for month in ("ene", "feb", "mar")]
    >>> describe_month_columns(columns).partition(":")[0]
    'Its columns FACT_ene-24 … FACT_mar-24 are months'
    """
    groups: dict[str, list[str]] = {}
    for content in contents:
        month = _MONTH.match(content.name.strip())
        if month and not content.dates:
            groups.setdefault(month[1].lower(), []).append(content.name)
    shown = [f"{names[0]} … {names[-1]}" for names in groups.values() if len(names) >= _FEWEST]
    if not shown:
        return ""
    listed = ", ".join(shown)
    return f"Its columns {listed} are months: what do they say? They are not read; a row per month would be."
