"""Offers as files for the shop's mail tool: Parquet and CSV, one row per customer, task and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.base.outputs import check_output
from lealtad.base.spreadsheet import write_csv
from lealtad.recommending.offers import OFFERS
from lealtad.recommending.wording import add_reasons

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.recommending.report import Recommendations

# what the file adds to each offer: its date, and what the expected gain rests on
_ADDED = pl.Schema(
    {
        "as_of": INSTANT,
        "incremental_share": pl.Float64(),
        "share_basis": pl.String(),
        "share_measured": pl.Float64(),
    }
)
OFFERS_FILE = "recommendations.parquet"


def write_offers(report: Recommendations, parquet: Path, csv: Path, language: Language) -> None:
    """Write the offers with their reasons in words; both files have the same rows."""
    share = report.share
    rows = add_reasons(report.offers.rows, language).with_columns(
        as_of=pl.lit(report.as_of).cast(INSTANT),
        incremental_share=pl.lit(share.mean),
        share_basis=pl.lit(share.basis),
        share_measured=pl.lit(share.measured),
    )
    rows.write_parquet(parquet)
    write_csv(rows, csv)


def read_customer_offers(out: Path, customer_id: str) -> pl.DataFrame:
    """Read the offers of one customer from a run directory, by task and rank; no rows where none were made.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_customer_offers(Path("nowhere"), "c1").height
    0
    """
    path = out / OFFERS_FILE
    if not path.is_file():
        return pl.DataFrame(schema={**OFFERS, "as_of": INSTANT})
    return pl.scan_parquet(path).filter(pl.col("customer_id") == customer_id).sort("task", "rank").collect()


def read_offers(out: Path, as_of: datetime) -> pl.DataFrame:
    """Read all offers of a run directory that were made as of a date; no rows where they are of another.

    Raises
    ------
    DamageError
        If the file is no longer as the job wrote it.
    """
    path = out / OFFERS_FILE
    if not path.is_file():
        return pl.DataFrame(schema={**OFFERS, **_ADDED})
    check_output(path)
    rows = pl.scan_parquet(path)
    if not set(_ADDED) <= set(rows.collect_schema()):
        return pl.DataFrame(schema={**OFFERS, **_ADDED})
    return rows.filter(pl.col("as_of") == as_of).select(*OFFERS, *_ADDED).collect()
