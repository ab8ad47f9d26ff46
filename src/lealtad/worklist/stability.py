"""From one list to the next: which customers keep their place, and what changed."""

from __future__ import annotations

import polars as pl


def favour_last_list(options: pl.DataFrame, previous: pl.Series, hysteresis: float) -> pl.DataFrame:
    """Give customers of the last list a small advantage, so that nobody drops out because of noise.

    Parameters
    ----------
    options
        `customer_id, gain`; other columns are kept.
    previous
        Customers of the last list; with its holdout, so that listed and held-out customers are chosen alike.
    hysteresis
        h, at least 0 and below 1.

    Returns
    -------
    The options with `weight`: `gain / (1 − h)` for those customers, the gain for all others. So a newcomer
    replaces a customer only if that customer's gain is below (1 − h) times the newcomer's. The gain itself is
    unchanged.

    Examples
    --------
    >>> options = pl.DataFrame({"customer_id": ["a", "b"], "gain": [9.0, 9.5]})
    >>> favour_last_list(options, pl.Series(["a"]), 0.1)["weight"].to_list()
    [10.0, 9.5]
    """
    stays = pl.col("customer_id").is_in(previous.implode()) & (pl.col("gain") > 0)
    return options.with_columns(
        weight=pl.when(stays).then(pl.col("gain") / (1 - hysteresis)).otherwise(pl.col("gain"))
    )


def compare_ranks(listed: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """Compare the rank of each listed customer with the previous list; `departures` covers the others.

    Parameters
    ----------
    listed, previous
        `customer_id, rank` of this list and of the last, without the holdout.

    Returns
    -------
    `customer_id, rank, previous_rank, change`, in the order of the ranks: `new`, `up` (nearer to the top),
    `down`, `stays`.

    Examples
    --------
    >>> now = pl.DataFrame({"customer_id": ["a", "b"], "rank": [1, 2]})
    >>> before = pl.DataFrame({"customer_id": ["b", "c"], "rank": [1, 2]})
    >>> compare_ranks(now, before).rows()
    [('a', 1, None, 'new'), ('b', 2, 1, 'down')]
    """
    before = previous.select("customer_id", previous_rank="rank")
    both = listed.select("customer_id", "rank").join(before, on="customer_id", how="left")
    rank, last = pl.col("rank"), pl.col("previous_rank")
    change = (
        pl.when(last.is_null())
        .then(pl.lit("new"))
        .when(rank < last)
        .then(pl.lit("up"))
        .when(rank > last)
        .then(pl.lit("down"))
        .otherwise(pl.lit("stays"))
    )
    return both.with_columns(change=change).sort("rank", "customer_id")


def compute_jaccard(listed: pl.Series, previous: pl.Series) -> float | None:
    """Return the share of the customers on either list who are on both; None if both are empty.

    Examples
    --------
    >>> compute_jaccard(pl.Series(["a", "b"]), pl.Series(["b", "c"]))
    0.3333333333333333
    """
    now, before = set(listed), set(previous)
    return len(now & before) / len(now | before) if now | before else None
