"""Lakes for tests."""

from pathlib import Path

import polars as pl

from lealtad.lake import Lake, commit_tables
from lealtad.lake.manifest import Manifest
from lealtad.sources.contract import split


def lake_of(root: Path, tables: dict[str, pl.DataFrame]) -> Lake:
    """A lake of the tables, as the contract lets them in."""
    return commit_tables(Lake(root, Manifest(2)), {name: split(name, rows).valid for name, rows in tables.items()})
