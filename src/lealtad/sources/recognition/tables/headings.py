"""Reports in which the name of a customer stands above the rows it is about, or in the first of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.tables import SOURCE_TEXT
from lealtad.sources.recognition.columns.dates import detect_date_format

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.sources.recognition.columns.content import ColumnContent

_PEOPLE = frozenset({"customer", "account", "contact"})
_NAME = r"\p{L}{2}"
_FEWEST, _HALF, _FEW = 3, 0.5, 0.05


def ask_about_headings(rows: pl.DataFrame) -> str:
    """Ask for a column instead of headings; empty for other tables.

    Headings are names alone in the first column, in which all other rows have a date or a number.

    Examples
    --------
    >>> dates = ["Cliente A", "05/01/2024", "Cliente B", "06/01/2024", "07/01/2024", "Cliente C", "08/01/2024"]
    >>> totals = [None, "9", None, "8", "7", None, "6"]
    >>> rows = pl.DataFrame({"Fecha": dates, "Total": totals, "Saldo": totals})
    >>> ask_about_headings(rows).partition(":")[0]
    '3 lines hold nothing but a name, such as "Cliente A"'
    >>> ask_about_headings(rows.drop_nulls())
    ''
    """
    names = [name for name in rows.columns if name != SOURCE_TEXT]
    if len(names) < _FEWEST or rows.schema[names[0]] != pl.String:
        return ""
    filled = [
        pl.col(name).cast(pl.String, strict=False).str.strip_chars().fill_null("") != "" for name in names[1:]
    ]
    is_alone = rows.select(~pl.any_horizontal(filled)).to_series()
    alone, others = (rows.filter(mask)[names[0]].drop_nulls() for mask in (is_alone, ~is_alone))
    headings = alone.filter(alone.str.contains(_NAME))
    if headings.n_unique() < _FEWEST or headings.len() > _HALF * rows.height:
        return ""
    named = others.str.contains(_NAME).mean()
    if isinstance(named, float) and named > _FEW and not detect_date_format(others.unique(), pl.String()):
        return ""  # names stand there in all rows
    return (
        f'{headings.len()} lines hold nothing but a name, such as "{headings[0]}": is it the customer of the rows '
        "below it? A heading is no column: export the report as a list, with the customer in a column of each row"
    )


def ask_about_groups(contents: Sequence[ColumnContent], rows: pl.DataFrame) -> str:
    """Ask for the customer in each row where most rows lack one and no customer recurs; empty for other tables.

    Examples
    --------
    >>> from lealtad.sources.recognition.columns.content import describe_content
    >>> whose = ["Ana", None, None, "Luis", None, "Eva", None]
    >>> rows = pl.DataFrame({"Cliente": whose, "Pedido": range(7)})
    >>> ask_about_groups([describe_content(column) for column in rows.iter_columns()], rows).partition(":")[0]
    '57% of its rows have no "Cliente", and each one that is named is named once'
    """
    for content in contents:
        once = content.share_distinct == 1 and content.distinct >= _FEWEST and content.share_missing >= _HALF
        if content.ideas & _PEOPLE and once and rows[content.name][0] not in {None, ""}:
            return (
                f'{content.share_missing:.0%} of its rows have no "{content.name}", and each one that is named is '
                "named once: do the rows below a name belong to it? If so, export the report as a list, with the "
                f'customer in each row. If they are of nobody, write its section with where = "{content.name}" is '
                "not null"
            )
    return ""
