"""Whom to contact first."""

from __future__ import annotations

import hashlib

import polars as pl

from lealtad.bands import BANDS


def rank(scores: pl.DataFrame, values: pl.DataFrame, capacity: int) -> pl.DataFrame:
    """Rank living customers by expected loss and keep those the team can contact.

    Parameters
    ----------
    scores
        `customer_id, as_of, churn_probability, model_version`, one row per living customer.
    values
        `customer_id, value_at_stake`; whoever is absent has nothing at stake.
    capacity
        The number of customers to keep.

    Returns
    -------
    One row per customer, first to contact first: `list_id, as_of, rank, customer_id, churn_probability, band,
    value_at_stake, expected_loss, model_version`. `expected_loss` is probability × value at stake; customers
    who tie stand in the order of their ids.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 1, 1, tzinfo=UTC)
    >>> scores = pl.DataFrame({"customer_id": ["a", "b"], "as_of": [day, day],
    ...                        "churn_probability": [0.6, 0.2], "model_version": ["churn/1", "churn/1"]})
    >>> values = pl.DataFrame({"customer_id": ["a", "b"], "value_at_stake": [10.0, 100.0]})
    >>> rank(scores, values, capacity=2).select("customer_id", "band", "expected_loss").rows()
    [('b', 'medium', 20.0), ('a', 'very high', 6.0)]
    """
    bands = pl.coalesce(
        pl.when(pl.col("churn_probability") >= least).then(pl.lit(name)) for name, least in BANDS.items()
    )
    return (
        scores.join(values, on="customer_id", how="left")
        .with_columns(pl.col("value_at_stake").fill_null(0.0), bands.alias("band"))
        .with_columns(expected_loss=pl.col("churn_probability") * pl.col("value_at_stake"))
        .sort(["expected_loss", "customer_id"], descending=[True, False])
        .head(capacity)
        .with_columns(
            pl.int_range(1, pl.len() + 1).alias("rank"),
            pl.lit(_list_id(scores, capacity)).alias("list_id"),
        )
        .select(
            "list_id",
            "as_of",
            "rank",
            "customer_id",
            "churn_probability",
            "band",
            "value_at_stake",
            "expected_loss",
            "model_version",
        )
    )


def _list_id(scores: pl.DataFrame, capacity: int) -> str:
    """Name the list after what it was made of, so that the same list is never two lists."""
    told = scores.select("as_of", "model_version", "customer_id", "churn_probability")
    made_of = f"{capacity}\n{told.sort('customer_id').write_csv()}"
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]
