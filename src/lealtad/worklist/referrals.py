"""Whom to ask for a referral: promoters who are going to stay."""

from __future__ import annotations

import polars as pl

SAFE_PROMOTER = "safe_promoter"


def referrals(candidates: pl.DataFrame, most: int) -> pl.DataFrame:
    """Return the safe promoters who agreed to be contacted, the surest promoter first, with their `rank`.

    Parameters
    ----------
    candidates
        One row per scored customer: `customer_id, quadrant, consent, promoter_probability, promoter_basis` and
        whatever else of `columns.REFERRALS` is known. Of the holdout nobody is asked either, where `arm` is told.
    most
        How many to return at most. Who answered goes before whom a model thinks so; ties go by id.

    Examples
    --------
    >>> people = pl.DataFrame({"customer_id": ["a", "b", "c"], "quadrant": ["safe_promoter"] * 3,
    ...     "consent": [True, True, None], "promoter_probability": [0.7, 0.9, 1.0],
    ...     "promoter_basis": ["answered", "modelled", "answered"]})
    >>> referrals(people, most=5).select("rank", "customer_id").rows()
    [(1, 'a'), (2, 'b')]
    """
    asked = candidates.filter(pl.col("quadrant") == SAFE_PROMOTER, pl.col("consent").fill_null(value=False))
    if "arm" in asked.columns:
        asked = asked.filter(pl.col("arm").ne_missing("holdout"))
    answered = (pl.col("promoter_basis") == "answered").alias("_answered")
    first = asked.with_columns(answered).sort(
        "_answered", "promoter_probability", "customer_id", descending=[True, True, False]
    )
    return first.head(most).drop("_answered", "rank", strict=False).with_row_index("rank", 1)
