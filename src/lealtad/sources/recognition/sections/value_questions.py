"""Columns that are not mapped until a person answers: ambiguous numbers, mixed currencies, shortened ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.contract.tables import Kind, get_table
from lealtad.sources.recognition.columns.content import list_symbols
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.numbers import AMBIGUOUS

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_NUMBERS = (Kind.NUMBER, Kind.COUNT)
_PERCENT = frozenset({"percent", "percentage", "porcentaje", "pct", "porc"})
_MONEY = frozenset({"amount", "amount_monthly", "price", "margin", "discount", "cost", "value"})


def ask_about_numbers(section: Proposal, table: SourceTable) -> Proposal:
    """Ask about numbers that may be thousands or decimals, and map them only once a person has answered."""
    if section.decimal:
        return section
    doubtful = {
        column: header
        for column, header in (
            *_list_number_columns(section, table).items(),
            *_list_computed_columns(section, table),
        )
        if table.content(header).decimal == AMBIGUOUS and table.content(header).text
    }
    if not doubtful:
        return section
    names = ", ".join(f'"{header}"' for header in doubtful.values())
    first = table.content(next(iter(doubtful.values())))
    example = _show_example(first)
    thousands, decimals = (".", ",") if first.values and "," in example else (",", ".")
    why = (
        f'every number of {names} reads like {example}: thousands (then decimal = "{thousands}") or decimals '
        f'(then "{decimals}")? None is loaded until you say; then remove the # before its column'
    )
    return replace(
        section,
        columns={column: header for column, header in section.columns.items() if column not in doubtful},
        asked={
            **section.asked,
            **{column: (section.columns[column], "thousands or decimals? See decimal") for column in doubtful},
        },
        decimal_unknown=why,
    )


def _list_computed_columns(section: Proposal, table: SourceTable) -> list[tuple[str, str]]:
    """Return pairs of a column of the contract, and a header that it is multiplied by or that is subtracted."""
    names = table.headers
    keys = [section.keys.get(key) for key in ("times", "minus")]
    computed = [pair for key in keys if isinstance(key, dict) for pair in key.items()]
    return [
        (column, header)
        for column, of in computed
        if column in section.columns
        for header in of
        if header in names
    ]


def _show_example(content: ColumnContent) -> str:
    return next((value for value in content.values if "," in value or "." in value), "96.990")


def ask_about_money(section: Proposal, table: SourceTable) -> Proposal:
    """Ask about amounts in several currencies, or in percent, and do not map them."""
    asked = dict(section.asked)
    for column, header in _list_number_columns(section, table).items():
        numbers = table.content(header).numbers
        if column not in _MONEY or numbers is None:
            continue
        if len(numbers.currencies - {"%"}) > 1:
            listed = ", ".join(numbers.symbols)
            asked[column] = (
                header,
                f"its amounts are in several currencies ({listed}), which cannot be summed: say which one counts",
            )
        elif "%" in numbers.currencies or "%" in header or _PERCENT & set(split_words(header)):
            asked[column] = (
                header,
                "its values are percentages, not amounts: leave it out, or compute the amount",
            )
    if asked.keys() == section.asked.keys():
        return section
    columns = {column: header for column, header in section.columns.items() if column not in asked}
    symbols = list_symbols(
        [
            table.content(header)
            for column, header in _list_number_columns(section, table).items()
            if column in columns
        ]
    )
    return replace(section, columns=columns, asked=asked, symbols=symbols)


def ask_about_twins(section: Proposal, table: SourceTable) -> Proposal:
    """Ask about a header that occurs twice with different values, and do not map it."""
    rows = table.sample
    if rows is None:
        return section
    twins = {
        column: (header, f'this header occurs twice, with different values: this one, or "{header} (2)"?')
        for column, header in section.columns.items()
        if f"{header} (2)" in rows.columns and not rows[header].equals(rows[f"{header} (2)"].alias(header))
    }
    columns = {column: header for column, header in section.columns.items() if column not in twins}
    return replace(section, columns=columns, asked={**section.asked, **twins}) if twins else section


def ask_about_dates(section: Proposal, table: SourceTable) -> Proposal:
    """Ask about times of customers whose day and month no value distinguishes, and do not map them.

    Customers can be read without them. A fact cannot be read without its time, so there the load asks.
    """
    if section.table != "customers":
        return section
    doubtful = {
        column: (header, "day first or month first? State dates, then remove the # before it")
        for column, header in section.columns.items()
        if header in table.headers and (dates := table.content(header).dates) and dates.setting == ""
    }
    columns = {column: header for column, header in section.columns.items() if column not in doubtful}
    return replace(section, columns=columns, asked={**section.asked, **doubtful})


def ask_about_ids(section: Proposal, table: SourceTable) -> Proposal:
    """Ask for ids that a spreadsheet shortened, and do not map them: their customers are lost."""
    names = table.headers
    shortened = {
        column: (
            header,
            "a spreadsheet shortened these ids (3.60E+11): their last digits are gone. Export them as text",
        )
        for column, header in section.columns.items()
        if column.endswith("_id") and header in names and table.content(header).shortened
    }
    if not shortened:
        return section
    columns = {column: header for column, header in section.columns.items() if column not in shortened}
    return replace(section, columns=columns, asked={**section.asked, **shortened})


def _list_number_columns(section: Proposal, table: SourceTable) -> dict[str, str]:
    """Return the number columns that the section reads directly from the table."""
    definition, names = get_table(section.table), table.headers
    kinds = {column.name: column.kind for column in definition.columns}
    return {
        column: header
        for column, header in section.columns.items()
        if header in names and kinds.get(column) in _NUMBERS
    }
