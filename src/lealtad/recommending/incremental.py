"""The share of purchases that recommendations cause, measured against the holdout of campaigns, or a prior."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from math import exp, log, log1p, sqrt
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.intervals import Z
from lealtad.sources.contract.assignments import keep_first_assignments
from lealtad.sources.contract.recommended import express_product

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

USUAL_SHARE, USUAL_SPREAD = 0.05, 0.05
_MEASURED, _MIXED = (
    0.8,
    0.2,
)  # shares of the precision from campaigns
_HALF = 0.5  # added to the purchases of each arm, to avoid the logarithm of 0
_ARMS = {"arm": pl.String, "n": pl.Int64, "bought": pl.Int64}


@dataclass(frozen=True)
class IncrementalShare:
    """By how much recommending a product raises purchases of it.

    Attributes
    ----------
    mean, low, high
        The share with its 95 % interval: 0.05 adds 5 purchases to 100 that would happen anyway.
    measured
        The share of the precision that comes from campaigns; 0 is the prior alone.
    treated, holdout
        Customers whose outcome is known, by arm.
    """

    mean: float = USUAL_SHARE
    low: float = USUAL_SHARE
    high: float = USUAL_SHARE
    measured: float = 0.0
    treated: int = 0
    holdout: int = 0

    @property
    def basis(self) -> str:
        """Return the basis of the estimate: measured, mixed or prior."""
        return "measured" if self.measured >= _MEASURED else "mixed" if self.measured >= _MIXED else "prior"


def measure_incremental_share(
    lake: Lake,
    as_of: datetime,
    horizon_days: float,
    prior: float = USUAL_SHARE,
    spread: float = USUAL_SPREAD,
) -> IncrementalShare:
    """Measure the share over all campaigns whose outcome is known.

    Parameters
    ----------
    horizon_days
        How long a purchase is awaited after an assignment.
    prior, spread
        The share that is assumed, and the standard deviation of `log(1 + share)`.
    """
    arms = pl.concat([pl.DataFrame(schema=_ARMS), *_count_buckets(lake, as_of, horizon_days)])
    counts = {row["arm"]: row for row in arms.group_by("arm").sum().iter_rows(named=True)}
    treated, holdout = (counts.get(arm, {"n": 0, "bought": 0}) for arm in ("treated", "holdout"))
    return compute_incremental_share(
        (treated["bought"], treated["n"]), (holdout["bought"], holdout["n"]), prior, spread
    )


def compute_incremental_share(
    treated: tuple[int, int],
    holdout: tuple[int, int],
    prior: float = USUAL_SHARE,
    spread: float = USUAL_SPREAD,
) -> IncrementalShare:
    """Compute the share from purchases and customers of both arms, by intention to treat.

    Notes
    -----
    The prior of `log(1 + share)` is normal; the logarithm of the ratio of both rates is its measurement.

    Examples
    --------
    >>> compute_incremental_share((0, 0), (0, 0)).basis
    'prior'
    >>> share = compute_incremental_share((60_000, 100_000), (4_000, 10_000))
    >>> round(share.mean, 2), share.basis
    (0.47, 'measured')
    """
    mean, precision, own = log1p(prior), spread**-2, 0.0
    if min(treated[1], holdout[1]) > 0:
        rates = [(bought + _HALF) / (n + 2 * _HALF) for bought, n in (treated, holdout)]
        variance = sum(1 / (bought + _HALF) - 1 / (n + 2 * _HALF) for bought, n in (treated, holdout))
        own = 1 / variance
        mean = (precision * mean + own * log(rates[0] / rates[1])) / (precision + own)
    half = Z / sqrt(precision + own)
    return IncrementalShare(
        exp(mean) - 1,
        exp(mean - half) - 1,
        exp(mean + half) - 1,
        own / (precision + own),
        treated[1],
        holdout[1],
    )


def _count_buckets(lake: Lake, as_of: datetime, horizon_days: float) -> list[pl.DataFrame]:
    if not lake.has("interventions") or "action" not in lake.columns("interventions"):
        return []
    return [_count_bucket(lake, as_of, bucket, timedelta(days=horizon_days)) for bucket in lake.buckets]


def _count_bucket(lake: Lake, as_of: datetime, bucket: int, horizon: timedelta) -> pl.DataFrame:
    """Count by arm the customers of a bucket, and those who bought the product within the horizon."""
    rows = lake.read("interventions", bucket, as_of=as_of)
    named = rows.with_columns(product_id=express_product(pl.col("action").cast(pl.String))).drop_nulls(
        "product_id"
    )
    if named.is_empty():
        return pl.DataFrame(schema=_ARMS)
    first = keep_first_assignments(named.drop("product_id")).with_columns(
        product_id=express_product(pl.col("action"))
    )
    ended = first.filter(pl.col("assigned_at") <= as_of - horizon).drop_nulls("product_id")
    lines = lake.read("order_lines", bucket, as_of=as_of).filter(pl.col("quantity") > 0)
    bought = ended.join(lines.select("customer_id", "product_id", "ordered_at"), on=["customer_id", "product_id"])
    inside = pl.col("ordered_at").is_between(pl.col("assigned_at"), pl.col("assigned_at") + horizon, closed="left")
    key = ["customer_id", "campaign_id"]
    hits = bought.filter(inside).select(key).unique().with_columns(hit=pl.lit(value=True))
    joined = ended.join(hits, on=key, how="left").with_columns(pl.col("hit").fill_null(value=False))
    return joined.group_by("arm").agg(n=pl.len().cast(pl.Int64), bought=pl.col("hit").sum().cast(pl.Int64))
