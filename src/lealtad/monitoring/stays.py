"""Stays on a list: a customer who stands on one list after another was assigned once, and counts once."""

from __future__ import annotations

import polars as pl


def first_nights(listed: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of lists on which a stay begins, in their order.

    A stay is a run of lists of one campaign, each following the last, on which a customer stands in one arm. Who
    was not reached stands on the next list again, and so does who is held out: that is the same assignment. Who
    was contacted, rested and is listed again is assigned again.

    Parameters
    ----------
    listed
        `campaign_id, as_of, customer_id, arm` and others, all lists of the campaigns.

    Examples
    --------
    >>> listed = pl.DataFrame({"campaign_id": "c", "as_of": [1, 2, 3, 1, 3], "customer_id": list("aaabb"),
    ...                        "arm": "treated"})
    >>> first_nights(listed).select("customer_id", "as_of").rows()
    [('a', 1), ('b', 1), ('b', 3)]
    """
    night = pl.col("as_of").rank("dense").over("campaign_id").cast(pl.Int64)
    stay = ["campaign_id", "customer_id", "arm"]
    before = pl.col("night").shift(1).over(stay, order_by="night")
    return listed.with_columns(night.alias("night")).filter((pl.col("night") - before).ne_missing(1)).drop("night")
