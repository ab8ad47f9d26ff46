"""Guards: named rules about product, customer or both that forbid an offer."""

from __future__ import annotations

import polars as pl

AGAIN, NEW = "buy_again", "goes_with"
# in the order of application: rules about customers, then rules about products
CUSTOMER_GUARDS = ("consent", "open_complaint", "detractor")
PRODUCT_GUARDS = ("withdrawn", "out_of_stock", "no_margin", "bought_once")
PAIR_GUARDS = ("just_returned", "declined_twice")
GUARDS = (*CUSTOMER_GUARDS, *PRODUCT_GUARDS, *PAIR_GUARDS)
RETURN_DAYS, DECLINES = 90.0, 2


def judge_offers(offers: pl.DataFrame) -> pl.DataFrame:
    """Add `guard` to each candidate: the first rule that forbids it; null if none does.

    Parameters
    ----------
    offers
        `task` (buy_again, goes_with). Facts of the customer: `consent` (null: not stated), `open_complaint`,
        `is_detractor`. Facts of the product: `active`, `in_stock`, `margin` (currency a piece), `repeatable`
        (null: unknown). Facts of both: `times` (baskets with the product so far), `returned_days` (since it last
        came back; null: never) and `declined` (offers of it that the customer declined).

    Returns
    -------
    The offers with `guard`. Unknown facts forbid nothing; a withdrawn `consent` forbids every offer.

    Examples
    --------
    >>> offer = {"task": ["goes_with"] * 2, "consent": [True, False], "open_complaint": [False] * 2,
    ...          "is_detractor": [False] * 2, "active": [False] * 2, "in_stock": [True] * 2, "margin": [1.0] * 2,
    ...          "repeatable": [True] * 2, "times": [0] * 2, "returned_days": [None] * 2, "declined": [0] * 2}
    >>> judge_offers(pl.DataFrame(offer, schema_overrides={"returned_days": pl.Float64}))["guard"].to_list()
    ['withdrawn', 'consent']
    """
    rules = {
        "consent": ~pl.col("consent").fill_null(value=True),
        "open_complaint": pl.col("open_complaint"),
        "detractor": pl.col("is_detractor"),
        "withdrawn": ~pl.col("active").fill_null(value=True),
        "out_of_stock": ~pl.col("in_stock").fill_null(value=True),
        "no_margin": pl.col("margin") <= 0,
        "bought_once": ~pl.col("repeatable").fill_null(value=True) & (pl.col("times") > 0),
        "just_returned": pl.col("returned_days") < RETURN_DAYS,
        "declined_twice": pl.col("declined") >= DECLINES,
    }
    reasons = [pl.when(rules[name].fill_null(value=False)).then(pl.lit(name)) for name in GUARDS]
    return offers.with_columns(guard=pl.coalesce(reasons))
