"""Since when somebody is a customer: joined to facts, so that windows can count from there."""

from __future__ import annotations

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.engine.ordered import ALWAYS, to_instants

_DAY = 86_400e6
_NEVER = -ALWAYS  # later than every instant, and safe to be subtracted from one
_KEY = ["customer_id"]


def add_days_as_customer(facts: pl.DataFrame, became: pl.DataFrame, clock: str) -> pl.DataFrame:
    """Add `days_as_customer`, from becoming a customer to the fact; null before that, or if it is unknown."""
    # facts of one customer mostly stand together: one look-up for all of them
    runs = facts["customer_id"].rle().struct.unnest()
    since = runs.join(became, left_on="value", right_on="customer_id", how="left", maintain_order="left")
    starts = np.repeat(since["became"].to_physical().fill_null(_NEVER).to_numpy(), runs["len"].to_numpy())
    passed = to_instants(facts[clock]) - starts
    days = pl.Series("days_as_customer", np.where(passed >= 0, passed / _DAY, np.nan), nan_to_null=True)
    return facts.with_columns(days)


def find_customer_start(customers: pl.DataFrame | None) -> pl.DataFrame:
    """Return `customer_id, became`, by the last valid version known before the last of the customer's dates."""
    if customers is None or "became_customer_at" not in customers.columns:
        return pl.DataFrame(schema={"customer_id": pl.String, "became": INSTANT})
    valid = customers.filter(pl.col("known_at").is_null() | (pl.col("known_at") < pl.col("ends")))
    since = [name for name in ("valid_from",) if name in customers.columns]
    newest = valid.sort("customer_id", *since, "known_at", "became_customer_at", nulls_last=False)
    last = newest.unique("customer_id", keep="last", maintain_order=True)
    return last.select("customer_id", pl.col("became_customer_at").alias("became"))


def find_unsettled(customers: pl.DataFrame) -> pl.DataFrame:
    """Return `customer_id, at`: when the versions of a customer who became one twice, or unannounced, were known.

    Any version of the other customers gives their start. What becomes known later says the same, or is about facts
    before it.
    """
    if "became_customer_at" not in customers.columns:
        return pl.DataFrame(schema={"customer_id": pl.String, "at": INSTANT})
    became, known_at = pl.col("became_customer_at"), pl.col("known_at")
    announced = customers.filter(became.is_not_null())
    first = announced.group_by(_KEY).agg(
        (became.n_unique() > 1).alias("twice"),
        became.min().alias("became"),
        known_at.min().alias("announced_at"),
        known_at.is_null().any().alias("always"),
    )
    taken_back = (
        customers.join(first, on=_KEY)
        .group_by(_KEY)
        .agg(
            (became.is_null() & (known_at > pl.col("announced_at"))).any().alias("taken_back"),
            (became.is_null() & known_at.is_not_null() & pl.col("always")).any().alias("after_all"),
        )
    )
    unsure = (
        pl.col("twice")
        | pl.col("taken_back")
        | pl.col("after_all")
        | (~pl.col("always") & (pl.col("announced_at") > pl.col("became")))
    )
    names = first.join(taken_back, on=_KEY).filter(unsure).select(_KEY)
    versions = customers.join(names, on=_KEY, how="semi").filter(known_at.is_not_null())
    return versions.select("customer_id", known_at.alias("at"))
