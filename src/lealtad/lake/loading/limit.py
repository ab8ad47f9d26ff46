"""Too many rejected rows stop a load: then the whole export is broken, not single rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lealtad.lake.loading.counts import RowCounts

_REASONS = 3


def is_over_limit(count: RowCounts, limit: float) -> bool:
    """Return whether more than this share of a table's rows was rejected."""
    return count.rejected > limit * count.rows_in


def check_limit(counts: Mapping[str, RowCounts], rejected: pl.DataFrame, limit: float, csv: Path) -> None:
    """Refuse a load if more than this share of a table's rows was rejected.

    Raises
    ------
    DataError
        If so; the message names the commonest reasons and the first row of each, but no data.
    """
    for table, count in counts.items():
        if is_over_limit(count, limit):
            reasons = _describe_commonest(rejected.filter(table=table))
            raise DataError(
                table=table,
                expected=f"at most {limit:.3g} of the rows rejected (reject_limit)",
                found=f"{count.rejected:,} of {count.rows_in:,}",
                fix=f"{reasons} Nothing was loaded; all rejected rows: {csv}",
            )


def _describe_commonest(rejected: pl.DataFrame) -> str:
    reasons = (
        rejected.group_by("reasons", maintain_order=True)
        .agg(pl.len(), pl.first("source"), pl.first("source_row"))
        .sort("len", descending=True, maintain_order=True)
    )
    sentences = [
        f"{row['len']:,} × {row['reasons']} (first in {row['source']}, row {row['source_row']} counted from 0)."
        for row in reasons.head(_REASONS).to_dicts()
    ]
    return " ".join(sentences)
