"""The input of a check: accepted rows, rejected rows, and the time of the check."""

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
    """The rows of one company, as a check reads them.

    Attributes
    ----------
    tables
        By name, the valid rows of each table in the contract's types, with `known_at` and `source_zone`.
    rejected
        One row per rejected row: `table, source_row, rules, reasons, row`.
    rows_in, repeated
        By table, the number of rows received, and of exact duplicates among them.
    checked_at
        Time of the check (UTC); anything later is in the future.
    reject_limit
        Share of rejected rows above which a load stops.
    part
        Share of the customers whose rows are in `tables`; below 1 for a company too large to check as a whole.
    end
        The end of the data over all customers; None to take it from `tables`.
    settings
        The company's targets, and the priorities of tickets that count as complaints.
    left_out
        By table, the columns of the source that no setting reads.
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
