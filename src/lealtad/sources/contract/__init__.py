"""The data contract: tables, columns, rules, and the order of events at one instant.

In: rows in the contract's column names, and how their source writes values. Out: `split` returns valid rows in
the contract's types with `known_at` and `source_zone`, and rejected rows with their reasons. It does not read
files or lakes.
"""

from lealtad.sources.contract.reading import Reading
from lealtad.sources.contract.splitting import Split, split
from lealtad.sources.contract.tables import (
    CONTRACTS,
    FLAT,
    GIVEN,
    STORED,
    TABLES,
    TICKETS,
    Column,
    Table,
    get_table,
)

__all__ = [
    "CONTRACTS",
    "FLAT",
    "GIVEN",
    "STORED",
    "TABLES",
    "TICKETS",
    "Column",
    "Reading",
    "Split",
    "Table",
    "get_table",
    "split",
]
