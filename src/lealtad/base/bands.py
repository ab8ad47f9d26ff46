"""Probabilities in words: the bands that lists, pages and the served model share."""

from __future__ import annotations

import polars as pl

# by code, the lowest probability of the band, highest first
BANDS = {"very_high": 0.5, "high": 0.25, "medium": 0.1, "low": 0.0}


def assign_band(probability: pl.Expr) -> pl.Expr:
    """Return the code of the band of each probability; null if there is none.

    Examples
    --------
    >>> pl.DataFrame({"p": [0.5, 0.1, None]}).select(band=assign_band(pl.col("p")))["band"].to_list()
    ['very_high', 'medium', None]
    """
    return pl.coalesce(pl.when(probability >= least).then(pl.lit(code)) for code, least in BANDS.items())
