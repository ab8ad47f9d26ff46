"""Offers as of a date: ten per task and customer, each with its evidence; and what guards withhold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.workers import map_buckets
from lealtad.recommending.customers_without_offers import count_abstained, count_without_candidate
from lealtad.recommending.experiences import read_bad_experiences
from lealtad.recommending.guards import judge_offers
from lealtad.recommending.history import History, read_cells
from lealtad.recommending.incremental import USUAL_SHARE
from lealtad.recommending.intervals import express_timing
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.selling_restrictions import count_declines, read_restrictions
from lealtad.recommending.training import AGAIN, TASKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.lake import Lake
    from lealtad.recommending.catalog import Catalog
    from lealtad.recommending.purchases import Ints
    from lealtad.recommending.scoring import Scorer
    from lealtad.recommending.support import Support

PLACES, _CANDIDATES = 10, 30
_LEAST_BOTH = 5
OFFERS = pl.Schema(
    {
        "customer_id": pl.String(),
        "task": pl.String(),
        "rank": pl.Int64(),
        "product_id": pl.String(),
        "product": pl.String(),
        "probability": pl.Float64(),
        "expected_gain": pl.Float64(),
        "times": pl.Int64(),
        "days_since": pl.Float64(),
        "interval_days": pl.Float64(),
        "timing": pl.String(),
        "because": pl.String(),
        "buyers": pl.Int64(),
        "share": pl.Float64(),
        "share_low": pl.Float64(),
        "share_high": pl.Float64(),
        "usual": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Offers:
    """Offers and what was withheld.

    Attributes
    ----------
    rows
        One row per customer, task and place: `customer_id, task` (buy_again, goes_with), `rank` (from 1 in each
        task), `product_id, product` (its name), `probability` (to buy within the horizon), `expected_gain`
        (incremental share × probability × margin; null without a margin). For buy_again `times, days_since,
        interval_days, timing` (early, due, overdue). For goes_with `because` (the own product), `buyers`, `share`
        with its ends, and `usual`. None if the offers were consumed bucket by bucket.
    offered
        Per `task`: `offers`, and the `customers` who got any.
    withheld
        Per `task, guard`: the forbidden `offers`, and their `customers`.
    abstained
        Per `task, reason`: `customers` without any offer. The reasons: a guard of the customer, low_support,
        no_candidate.
    """

    rows: pl.DataFrame
    offered: pl.DataFrame
    withheld: pl.DataFrame
    abstained: pl.DataFrame


@dataclass(frozen=True)
class Shop:
    """Data common to all customers: the fitted scorer, its products and their support."""

    scorer: Scorer
    support: Support
    catalog: Catalog
    products: Ints
    product_ids: pl.Series


def build_offers(
    lake: Lake,
    as_of: datetime,
    shop: Shop,
    share: float = USUAL_SHARE,
    take: Callable[[pl.DataFrame], None] | None = None,
) -> Offers:
    """Build the offers of every customer, bucket by bucket.

    Parameters
    ----------
    share
        The share of purchases that an offer causes; a prior until campaigns have measured it.
    take
        Called with the rows of each bucket, in order; they are then not returned. Those of a million customers
        take 2.5 GB. None returns all.
    """
    build = partial(_build_bucket, lake, as_of, shop=shop, share=share)
    parts = []
    for part in map_buckets(build, lake.buckets):
        if take is not None:
            take(part.rows)
        parts.append(part if take is None else replace(part, rows=part.rows.clear()))
    return _join(parts)


def _join(parts: list[Offers]) -> Offers:
    """Concatenate the offers of customers or tasks, and sum their counts."""
    return Offers(
        pl.concat([part.rows for part in parts]),
        pl.concat([part.offered for part in parts]).group_by("task").sum().sort("task"),
        pl.concat([part.withheld for part in parts]).group_by("task", "guard").sum().sort("task", "guard"),
        pl.concat([part.abstained for part in parts]).group_by("task", "reason").sum().sort("task", "reason"),
    )


def _build_bucket(lake: Lake, as_of: datetime, bucket: int, *, shop: Shop, share: float) -> Offers:
    lines = lake.read("order_lines", bucket, as_of=as_of)
    purchases = Purchases.from_lines(lines, shop.product_ids, read_bad_experiences(lake, as_of, bucket))
    history = History.build(purchases, count_days(as_of), products=shop.products)
    restrictions = read_restrictions(lake, as_of, bucket)
    declines = count_declines(lake, as_of, bucket)
    parts = [
        choose_offers(task, describe_candidates(task, history, shop), restrictions, declines, share)
        for task in TASKS
    ]
    whole = _join(parts)
    without = count_without_candidate(lines, whole.offered, whole.abstained)
    return replace(whole, abstained=pl.concat([whole.abstained, without]))


def choose_offers(
    task: str, candidates: pl.DataFrame, restrictions: pl.DataFrame, declines: pl.DataFrame, share: float
) -> Offers:
    """Choose the ten best allowed candidates of each customer.

    Parameters
    ----------
    candidates
        `customer_id, product_id, product, probability, place`, facts of the product (`active, in_stock,
        margin, repeatable`) and of the pair (`times, returned_days`), and the columns that explain the offer.
    restrictions, declines
        See `read_restrictions` and `count_declines`.
    """
    facts = candidates.with_columns(task=pl.lit(task)).join(
        restrictions, on="customer_id", how="left", maintain_order="left"
    )
    facts = facts.join(declines, on=["customer_id", "product_id"], how="left", maintain_order="left")
    facts = facts.with_columns(
        pl.col("open_complaint", "is_detractor").fill_null(value=False), pl.col("declined").fill_null(0)
    )
    judged = judge_offers(facts)
    allowed = judged.filter(pl.col("guard").is_null())
    supported = allowed.filter(_has_support(task))
    best = supported.sort("customer_id", "place", maintain_order=True).with_columns(
        rank=(pl.int_range(pl.len()).over("customer_id") + 1).cast(pl.Int64),
        expected_gain=share * pl.col("probability") * pl.col("margin"),
    )
    withheld = (
        judged.drop_nulls("guard")
        .group_by("task", "guard")
        .agg(offers=pl.len().cast(pl.Int64), customers=pl.col("customer_id").n_unique().cast(pl.Int64))
    )
    rows = best.filter(pl.col("rank") <= PLACES).select(
        pl.col(name).cast(kind) if name in best.columns else pl.lit(None, kind).alias(name)
        for name, kind in OFFERS.items()
    )
    offered = rows.group_by("task").agg(
        offers=pl.len().cast(pl.Int64), customers=pl.col("customer_id").n_unique().cast(pl.Int64)
    )
    return Offers(rows, offered, withheld, count_abstained(task, judged, rows))


def _has_support(task: str) -> pl.Expr:
    """Return whether an offer has enough support: the pair is bought together more than usual."""
    if task == AGAIN:
        return pl.lit(value=True)
    return (pl.col("share") * pl.col("buyers") >= _LEAST_BOTH) & (pl.col("share_low") > pl.col("usual"))


def describe_candidates(task: str, history: History, shop: Shop) -> pl.DataFrame:
    """Rank candidates, and add the columns that guards and explanations need."""
    ranked = shop.scorer.rank(history, task, _CANDIDATES)
    if ranked.is_empty():
        return _NO_CANDIDATES
    customer, product = (ranked[name].to_numpy().copy() for name in ("customer", "product"))
    sold = shop.catalog.rows.with_columns(product=shop.catalog.names)[shop.products[product]]
    back = read_cells(history.returned_age, customer, product)
    rows = ranked.drop("product").with_columns(
        customer_id=history.ids.gather(customer),
        returned_days=pl.Series(np.where(back > 0, back - 1, np.nan), nan_to_null=True),
        **{name: sold[name] for name in ("product_id", "product", "active", "in_stock", "margin", "repeatable")},
    )
    if task == AGAIN:
        return rows.with_columns(timing=express_timing(pl.col("progress")), interval_days="interval")
    why = shop.support.explain(history, customer, product)
    names = shop.catalog.names.gather(shop.products[why["because"].to_numpy()])
    return rows.with_columns(why.drop("because"), because=names, times=pl.lit(0))


_NO_CANDIDATES = pl.DataFrame(
    schema={
        **{name: kind for name, kind in OFFERS.items() if name not in ("task", "rank", "expected_gain")},
        "place": pl.Int64(),
        "returned_days": pl.Float64(),
        "active": pl.Boolean(),
        "in_stock": pl.Boolean(),
        "margin": pl.Float64(),
        "repeatable": pl.Boolean(),
    }
)
