"""Offers as files for the shop's mail tool: Parquet and CSV, one row per customer, task and place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.spreadsheet import write_csv
from lealtad.recommending.wording import add_reasons

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.base.language import Language
    from lealtad.recommending.report import Recommendations


def write_offers(report: Recommendations, parquet: Path, csv: Path, language: Language) -> None:
    """Write the offers with their reasons in words; both files have the same rows."""
    rows = add_reasons(report.offers.rows, language).with_columns(as_of=pl.lit(report.as_of))
    rows.write_parquet(parquet)
    write_csv(rows, csv)
