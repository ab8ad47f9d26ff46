"""Customers without an offer, counted by the reason: a guard, low support, or no candidate at all."""

from __future__ import annotations

import polars as pl

from lealtad.recommending.guards import AGAIN, NEW


def count_abstained(task: str, judged: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Count the customers whose candidates gave no offer, by their first guard, or because support is low.

    Parameters
    ----------
    judged
        Candidates with `customer_id, guard`.
    rows
        The offers made from them.

    Returns
    -------
    `task, reason, customers`.
    """
    silent = judged.join(rows.select("customer_id").unique(), on="customer_id", how="anti", maintain_order="left")
    reasons = silent.group_by("customer_id").agg(
        reason=pl.when(pl.col("guard").is_null().any())
        .then(pl.lit("low_support"))
        .otherwise(pl.col("guard").drop_nulls().first())
    )
    return (
        reasons.group_by("reason")
        .agg(customers=pl.len().cast(pl.Int64))
        .select(pl.lit(task).alias("task"), "reason", "customers")
    )


def count_without_candidate(lines: pl.DataFrame, offered: pl.DataFrame, abstained: pl.DataFrame) -> pl.DataFrame:
    """Count by task the buyers without a candidate, because too few others bought their products.

    Parameters
    ----------
    lines
        The lines of orders of the customers.
    offered, abstained
        As in `Offers`: customers with an offer, and customers with candidates but without an offer.

    Returns
    -------
    `task, reason, customers`; no row where there is none.
    """
    is_return = pl.col("is_return").fill_null(value=False) if "is_return" in lines.columns else pl.lit(value=False)
    buyers = lines.filter(pl.col("quantity") > 0, ~is_return)["customer_id"].n_unique()
    rows = [
        (
            task,
            "no_candidate",
            buyers - int(sum(table.filter(task=task)["customers"].sum() for table in (offered, abstained))),
        )
        for task in (AGAIN, NEW)
    ]
    counted = pl.DataFrame(rows, schema=abstained.schema, orient="row")
    return counted.filter(pl.col("customers") > 0)
