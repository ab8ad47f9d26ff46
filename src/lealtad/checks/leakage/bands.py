"""How soon after a date customers churned: within the first, second or third horizon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.outcomes import compute_table_outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Label

BANDS = 3


def compute_outcome_bands(
    tables: Mapping[str, pl.DataFrame], label: Label, as_of: Sequence[datetime], end: datetime
) -> pl.DataFrame:
    """Return for each active customer whether they churned in the first, second or third horizon after a date.

    Parameters
    ----------
    tables
        By name the tables that the label needs, as known now.
    end
        The end of the data.

    Returns
    -------
    `customer_id, as_of, left_0, left_1, left_2`: whether the customer churned within the first, second and third
    horizon after the date. Null if that is unknown by the end of the data, and in all horizons after the churn.
    So `left_1` compares customers who churned next with customers who stayed on; all stayed at first.
    """
    outcomes = compute_table_outcomes(tables, as_of, label, end).filter(pl.col("missing").is_null())
    rows = outcomes.select("customer_id", "as_of", left_0="observed")
    stayed = ~pl.col("left_0")
    for band in range(1, BANDS):
        later = timedelta(days=band * label.horizon_days)
        shifted = compute_table_outcomes(tables, [date + later for date in as_of], label, end)
        next_band = shifted.select("customer_id", pl.col("as_of") - later, pl.col("observed").alias("left"))
        rows = rows.join(next_band, on=["customer_id", "as_of"], how="left", maintain_order="left")
        rows = rows.with_columns(pl.when(stayed).then("left").alias(f"left_{band}")).drop("left")
        stayed &= ~pl.col(f"left_{band}")
    return rows
