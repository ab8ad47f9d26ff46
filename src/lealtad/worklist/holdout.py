"""The holdout: customers whom no list contacts, for comparison."""

from __future__ import annotations

import polars as pl

from lealtad.experiments.assignment.random_draws import draw_uniform
from lealtad.worklist.campaign_arms import NO_ARMS


def assign_holdout(
    customers: pl.Series, campaign_id: str, share: float, key: bytes, arms: pl.DataFrame = NO_ARMS
) -> pl.Series:
    """Return for each customer whether a campaign holds them out.

    A customer with an arm keeps it. For all others the answer depends only on customer, campaign and key. It is
    the same every night of the campaign, whatever is on the list, and differs in the next campaign. A larger share
    holds out the same customers and more.

    Parameters
    ----------
    share
        The share of all customers, at least 0 and below 1.
    arms
        `customer_id, arm` of customers whose arm is not drawn again, as `find_lasting_arms` returns them.

    Examples
    --------
    >>> import polars as pl
    >>> assign_holdout(pl.Series(["a", "b", "c"]), "retention-2026-11", 0.5, b"lealtad").to_list()
    [False, False, True]
    >>> arms = pl.DataFrame({"customer_id": ["a", "c"], "arm": ["holdout", "treated"]})
    >>> assign_holdout(pl.Series(["a", "b", "c"]), "retention-2026-11", 0.5, b"lealtad", arms).to_list()
    [True, False, False]
    """
    drawn = pl.DataFrame(
        {"customer_id": customers, "drawn": draw_uniform(customers, campaign_id, "holdout", key) < share}
    )
    rows = drawn.join(arms.select("customer_id", "arm"), on="customer_id", how="left", maintain_order="left")
    lasting = pl.col("arm") == "holdout"
    return rows.select(pl.coalesce(lasting, "drawn").alias("held_out")).to_series()
