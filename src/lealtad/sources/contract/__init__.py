"""What a valid row is: the tables, their rules, and `split`, which parts valid rows from rejected ones."""

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
