"""What a check has before it: the rows that a load accepted, those it rejected, and the moment of the check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lealtad.company.settings import Settings
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    import polars as pl

    from lealtad.sources.contract import Table


@dataclass(frozen=True)
class DataEvidence:
    """The rows of one company.

    Attributes
    ----------
    tables
        By name, the valid rows of each table in the contract's types, with `known_at` and `source_zone`.
    rejected
        One row per rejected row: `table, source_row, rules, reasons, row`.
    rows_in, repeated
        By table, how many rows came, and how many of them repeated another one exactly.
    checked_at
        The moment of the check (UTC): what is later is in the future.
    reject_limit
        Above this share of rejected rows a load stops.
    part
        The share of the customers whose rows are in `tables`; below 1 for a company too large to look at whole.
    end
        The end of the data, of all customers; None where `tables` say it.
    settings
        What the company promises, and which tickets it takes for complaints.
    left_out
        By table, the columns of theirs that nothing reads.
    """

    tables: Mapping[str, pl.DataFrame]
    rejected: pl.DataFrame
    rows_in: Mapping[str, int]
    checked_at: datetime
    repeated: Mapping[str, int] = field(default_factory=dict)
    reject_limit: float = 0.05
    part: float = 1.0
    settings: Settings = field(default_factory=Settings)
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    end: datetime | None = None

    @property
    def facts(self) -> Iterator[tuple[Table, str, pl.DataFrame]]:
        """Every table of facts with its event time and its rows."""
        for table in TABLES:
            if table.event_time and table.name in self.tables:
                yield table, table.event_time, self.tables[table.name]
