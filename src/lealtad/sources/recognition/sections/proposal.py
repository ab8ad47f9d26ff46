"""A proposed section of the settings, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.sources.recognition.tables.source_tables import Place


@dataclass(frozen=True)
class Proposal:
    """One proposed section of the settings.

    Attributes
    ----------
    table
        The table of the contract that the section loads.
    place
        Where the rows are.
    columns
        By column of the contract, the header that it is read from; with a query, the name in the query.
    asked
        By column of the contract, a header that is not mapped until a person confirms it, and the question.
    ids, nobody, identities, country_code, symbols
        The settings' keys of the same names.
    decimal_unknown
        Why a person must state the decimal mark; empty if nobody needs to.
    values
        By column, the value of the contract for each value of the source; None where a person must say.
    constants
        By column, a value for all rows: an assumption, since nothing in the table states it.
    attributes
        The headers that describe a customer.
    left_out
        The headers that are not read, with the reason.
    rivals
        By column, other headers that could match it.
    dates
        The format of its times; "" if a person must state it.
    decimal
        The decimal mark of its numbers; None if nothing needs to be declared.
    zone_unknown
        Whether some of its times state no zone.
    query
        The query that makes its rows; empty if it reads them as they are.
    notes
        What a person should know or check, as sentences.
    keys
        Further keys of the section, such as `only`.
    """

    table: str
    place: Place
    columns: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    nobody: tuple[str, ...] = ()
    identities: Mapping[str, str] = field(default_factory=dict)
    country_code: str = ""
    symbols: tuple[str, ...] = ()
    decimal_unknown: str = ""
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    constants: Mapping[str, str | int] = field(default_factory=dict)
    attributes: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    rivals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: str = "iso"
    decimal: str | None = None
    zone_unknown: bool = False
    query: str = ""
    notes: tuple[str, ...] = ()
    keys: Mapping[str, object] = field(default_factory=dict)

    def add_notes(self, *notes: str) -> Proposal:
        """Return the section with further notes."""
        return replace(self, notes=(*self.notes, *notes))

    def ask(self, column: str, header: str, question: str) -> Proposal:
        """Return the section without a column, and with a question about the header that may be mapped to it."""
        columns = {name: mapped for name, mapped in self.columns.items() if name != column}
        return replace(self, columns=columns, asked={**self.asked, column: (header, question)})
