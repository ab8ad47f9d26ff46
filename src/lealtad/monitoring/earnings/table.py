"""What the lists earned, as one table for spreadsheets and other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.spreadsheet import write_csv

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.monitoring.earnings.earnings import Earnings


def write_earnings_table(earnings: Earnings, path: Path) -> None:
    """Write all rows of `Earnings` as CSV; `level` states what a row sums: total, action, month, both, so_far."""
    parts = {
        "total": earnings.total,
        "action": earnings.by_action,
        "month": earnings.by_month,
        "both": earnings.by_both,
        "so_far": earnings.cumulated,
    }
    write_csv(
        pl.concat([rows.select(pl.lit(level).alias("level"), pl.all()) for level, rows in parts.items()]), path
    )
