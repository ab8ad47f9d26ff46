"""Columns that are not mapped until a person answers: ambiguous numbers, mixed currencies, shortened ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.sources.contract.tables import Kind, get_table
from lealtad.sources.recognition.columns.content import list_symbols
from lealtad.sources.recognition.columns.numbers import AMBIGUOUS

if TYPE_CHECKING:
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_NUMBERS = (Kind.NUMBER, Kind.COUNT)
_MONEY = frozenset({"amount", "amount_monthly", "price", "margin", "discount", "cost", "value"})


def ask_about_numbers(section: Proposal, table: SourceTable) -> Proposal:
    """Do not map numbers that may be thousands or decimals, and ask which they are."""
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
    like = _show_example(table, next(iter(doubtful.values())))
    why = (
        f"every number of {names} reads like {like}: thousands (then decimal = "
        '",") or decimals (then ".")? None is loaded until you say; then take away the # before its column'
    )
    if table.content(next(iter(doubtful.values()))).values and "," in _show_example(
        table, next(iter(doubtful.values()))
    ):
        why = why.replace('decimal = ","', 'decimal = "."').replace('then "."', 'then ","')
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
    """Return, by column of the contract, columns of theirs that it is multiplied by or that are taken off."""
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


def _show_example(table: SourceTable, header: str) -> str:
    return next((value for value in table.content(header).values if "," in value or "." in value), "96.990")


def ask_about_money(section: Proposal, table: SourceTable) -> Proposal:
    """Do not map money beside which several currencies stand, nor percentages for it, and ask."""
    asked = dict(section.asked)
    for column, header in _list_number_columns(section, table).items():
        numbers = table.content(header).numbers
        if column not in _MONEY or numbers is None:
            continue
        if len(numbers.currencies - {"%"}) > 1:
            listed = ", ".join(numbers.symbols)
            asked[column] = (
                header,
                f"its amounts name several currencies ({listed}), which cannot be added: say which",
            )
        elif "%" in numbers.currencies:
            asked[column] = (header, "its values are percentages, no amounts: leave it out, or compute the amount")
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
    """Do not map a column that the header names twice where the two say different things."""
    rows = table.sample
    if rows is None:
        return section
    twins = {
        column: (header, f'the header names it twice, with other values: this one, or "{header} (2)"?')
        for column, header in section.columns.items()
        if f"{header} (2)" in rows.columns and not rows[header].equals(rows[f"{header} (2)"].alias(header))
    }
    columns = {column: header for column, header in section.columns.items() if column not in twins}
    return replace(section, columns=columns, asked={**section.asked, **twins}) if twins else section


def ask_about_ids(section: Proposal, table: SourceTable) -> Proposal:
    """Do not map ids that a spreadsheet shortened: nobody knows any more whose they are."""
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
    """Return the columns of numbers that the section maps to columns of the table as it stands."""
    definition, names = get_table(section.table), table.headers
    kinds = {column.name: column.kind for column in definition.columns}
    return {
        column: header
        for column, header in section.columns.items()
        if header in names and kinds.get(column) in _NUMBERS
    }
