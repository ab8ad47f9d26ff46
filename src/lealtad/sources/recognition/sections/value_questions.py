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


def ask_about_numbers(section: Proposal, found: SourceTable) -> Proposal:
    """Do not map numbers that may be thousands or decimals, and ask which they are."""
    if section.decimal:
        return section
    doubtful = {
        column: theirs
        for column, theirs in (
            *_list_number_columns(section, found).items(),
            *_list_computed_columns(section, found),
        )
        if found.content(theirs).decimal == AMBIGUOUS and found.content(theirs).text
    }
    if not doubtful:
        return section
    names = ", ".join(f'"{theirs}"' for theirs in doubtful.values())
    like = _show_example(found, next(iter(doubtful.values())))
    why = (
        f"every number of {names} reads like {like}: thousands (then decimal = "
        '",") or decimals (then ".")? None is loaded until you say; then take away the # before its column'
    )
    if found.content(next(iter(doubtful.values()))).values and "," in _show_example(
        found, next(iter(doubtful.values()))
    ):
        why = why.replace('decimal = ","', 'decimal = "."').replace('then "."', 'then ","')
    return replace(
        section,
        columns={column: theirs for column, theirs in section.columns.items() if column not in doubtful},
        asked={
            **section.asked,
            **{column: (section.columns[column], "thousands or decimals? See decimal") for column in doubtful},
        },
        decimal_unknown=why,
    )


def _list_computed_columns(section: Proposal, found: SourceTable) -> list[tuple[str, str]]:
    """Return, by column of the contract, columns of theirs that it is multiplied by or that are taken off."""
    names = {content.name for content in found.contents}
    keys = [section.keys.get(key) for key in ("times", "minus")]
    told = [pair for key in keys if isinstance(key, dict) for pair in key.items()]
    return [
        (column, theirs) for column, of in told if column in section.columns for theirs in of if theirs in names
    ]


def _show_example(found: SourceTable, theirs: str) -> str:
    return next((value for value in found.content(theirs).values if "," in value or "." in value), "96.990")


def ask_about_money(section: Proposal, found: SourceTable) -> Proposal:
    """Do not map money beside which several currencies stand, nor percentages for it, and ask."""
    asked = dict(section.asked)
    for column, theirs in _list_number_columns(section, found).items():
        numbers = found.content(theirs).numbers
        if column not in _MONEY or numbers is None:
            continue
        if len(numbers.currencies - {"%"}) > 1:
            listed = ", ".join(numbers.symbols)
            asked[column] = (
                theirs,
                f"its amounts name several currencies ({listed}), which cannot be added: say which",
            )
        elif "%" in numbers.currencies:
            asked[column] = (theirs, "its values are percentages, no amounts: leave it out, or compute the amount")
    if asked.keys() == section.asked.keys():
        return section
    columns = {column: theirs for column, theirs in section.columns.items() if column not in asked}
    symbols = list_symbols(
        [
            found.content(theirs)
            for column, theirs in _list_number_columns(section, found).items()
            if column in columns
        ]
    )
    return replace(section, columns=columns, asked=asked, symbols=symbols)


def ask_about_twins(section: Proposal, found: SourceTable) -> Proposal:
    """Do not map a column that the header names twice where the two say different things."""
    rows = found.sample
    if rows is None:
        return section
    twins = {
        column: (theirs, f'the header names it twice, with other values: this one, or "{theirs} (2)"?')
        for column, theirs in section.columns.items()
        if f"{theirs} (2)" in rows.columns and not rows[theirs].equals(rows[f"{theirs} (2)"].alias(theirs))
    }
    columns = {column: theirs for column, theirs in section.columns.items() if column not in twins}
    return replace(section, columns=columns, asked={**section.asked, **twins}) if twins else section


def ask_about_ids(section: Proposal, found: SourceTable) -> Proposal:
    """Do not map ids that a spreadsheet shortened: nobody knows any more whose they are."""
    names = {content.name for content in found.contents}
    shortened = {
        column: (
            theirs,
            "a spreadsheet shortened these ids (3.60E+11): their last digits are gone. Export them as text",
        )
        for column, theirs in section.columns.items()
        if column.endswith("_id") and theirs in names and found.content(theirs).shortened
    }
    if not shortened:
        return section
    columns = {column: theirs for column, theirs in section.columns.items() if column not in shortened}
    return replace(section, columns=columns, asked={**section.asked, **shortened})


def _list_number_columns(section: Proposal, found: SourceTable) -> dict[str, str]:
    """Return the columns of numbers that the section maps to columns of the table as it stands."""
    table, names = get_table(section.table), {content.name for content in found.contents}
    kinds = {column.name: column.kind for column in table.columns}
    return {
        column: theirs
        for column, theirs in section.columns.items()
        if theirs in names and kinds.get(column) in _NUMBERS
    }
