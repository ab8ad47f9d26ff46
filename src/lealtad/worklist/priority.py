"""Priority: how soon to contact a listed customer, in bands by place on the list."""

from __future__ import annotations

import polars as pl

# by code, the share of the list covered up to and including the band
PRIORITIES = {"very_high": 0.2, "high": 0.5, "medium": 0.8, "low": 1.0}


def assign_priority(rank: pl.Expr) -> pl.Expr:
    """Return the code of the band of each rank; the first place is never below the first band.

    Examples
    --------
    >>> import polars as pl
    >>> pl.DataFrame({"rank": [1, 2, 3, 4, 5]}).select(band=assign_priority(pl.col("rank")))["band"].to_list()
    ['very_high', 'high', 'high', 'medium', 'low']
    """
    before = (rank - 1) / rank.max()
    return pl.coalesce(pl.when(before < share).then(pl.lit(code)) for code, share in PRIORITIES.items()).fill_null(
        "low"
    )
