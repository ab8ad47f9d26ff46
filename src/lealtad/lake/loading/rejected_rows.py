"""Rejected rows: a table of the lake keeps those of each origin's last load, a CSV those of this load."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.base.job import move_into_place
from lealtad.base.private_files import make_private_folder
from lealtad.base.spreadsheet import write_csv
from lealtad.sources.contract.rejects import REJECTED_SCHEMA

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lealtad.lake import Draft

TABLE = "rejected"
_SCHEMA = pl.Schema({**REJECTED_SCHEMA, "loaded_at": INSTANT})


def combine_rejects(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Return rejected rows, sorted by table, origin and position."""
    columns = REJECTED_SCHEMA.names()
    rows = pl.concat([pl.DataFrame(schema=REJECTED_SCHEMA), *(part.select(columns) for part in parts)])
    return rows.sort("table", "source", "source_row", maintain_order=True)


def store_rejects(draft: Draft, rows: pl.DataFrame, read: pl.DataFrame, loaded_at: datetime) -> None:
    """Replace the rejected rows of earlier loads of the same origins.

    Parameters
    ----------
    read
        `table, source`: everything that this load read.
    """
    lake = draft.lake
    old = lake.read(TABLE) if lake.has(TABLE) else pl.DataFrame(schema=_SCHEMA)
    before = old.join(read, on=["table", "source"], how="semi")
    if lake.has(TABLE) and combine_rejects([before]).equals(rows):
        return
    others = old.join(read, on=["table", "source"], how="anti")
    dated = rows.with_columns(pl.lit(loaded_at).cast(INSTANT).alias("loaded_at"))
    draft.replace(TABLE, pl.concat([others, dated]).select(_SCHEMA.names()))


def write_rejects(rows: pl.DataFrame, path: Path) -> None:
    """Write the rejected rows to a CSV, all or nothing."""
    make_private_folder(path.parent)
    with move_into_place(path) as [beside]:
        write_csv(rows, beside, quote_numbers=False)
