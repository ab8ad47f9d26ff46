"""A proposed section of the settings, before it is written down."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.sources.recognition.tables.source_tables import Place


@dataclass(frozen=True)
class Proposal:
    """One section of the settings.

    Attributes
    ----------
    columns
        By column of the contract, the name of theirs; with a query, what the query calls it.
    asked
        By column of the contract, a column of theirs that is not mapped until a person says so, and the question.
    ids, nobody, identities, country_code, symbols
        What the settings say under these names.
    decimal_unknown
        Why the decimal mark must be said by a person; empty where nobody need.
    values
        By column, their value → ours; None where a person must say.
    constants
        By column, a value for all rows that nothing in the table says: an assumption.
    attributes
        Columns that describe a customer.
    left_out
        Columns of theirs that are not read, with the reason.
    rivals
        By column, other columns of theirs that could be it.
    dates
        How its times are written; "" where a person must say.
    decimal
        The decimal mark of its numbers; None where nothing needs to be said.
    zone_unknown
        Whether some of its times say no zone.
    notes
        What a person should know or check, as sentences.
    keys
        Further keys of the section, such as `only`, as the settings say them.
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
