"""Recommendations of a company: what is learned, how good it was on later purchases, and tonight's offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError
from lealtad.recommending.catalog import read_catalog
from lealtad.recommending.history import History
from lealtad.recommending.incremental import IncrementalShare
from lealtad.recommending.judging import Judgement, judge_tasks
from lealtad.recommending.offers import Offers, Shop, build_offers
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.scoring import Scorer
from lealtad.recommending.support import Support
from lealtad.recommending.training import train_tasks

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_LEARNED_CUSTOMERS = 20_000
_USUAL = Protocol()
_PRIOR = IncrementalShare()


@dataclass(frozen=True)
class Recommendations:
    """Offers with the evidence for them.

    Attributes
    ----------
    offers
        The offers, and what was withheld.
    judgement
        How good offers made a horizon ago were; None where the data are too short.
    pairs
        What goes with what: `product, with_product, both, buyers, share, share_low, share_high, usual`.
    counts
        Customers, products and purchases, and how many of the products have enough buyers.
    share
        By how much an offer raises purchases of its product.
    """

    as_of: datetime
    protocol: Protocol
    offers: Offers
    judgement: Judgement | None
    pairs: pl.DataFrame
    counts: dict[str, int]
    learned_from: list[float]
    share: IncrementalShare = _PRIOR


def recommend(
    lake: Lake, as_of: datetime, protocol: Protocol = _USUAL, share: IncrementalShare = _PRIOR
) -> Recommendations:
    """Learn from earlier dates, judge on the newest horizon, and build the offers of every customer.

    Parameters
    ----------
    as_of
        Only what was known before it counts.
    share
        By how much an offer raises purchases of its product, for the expected gain.

    Raises
    ------
    DataError
        If the lake has no lines of orders.
    TooLittleDataError
        If purchases do not reach back two horizons, or no product has enough buyers.
    """
    purchases = read_learned_purchases(lake, as_of)
    catalog = read_catalog(lake, purchases.products)
    day, categories = count_days(as_of), catalog.categories
    models, days = train_tasks(purchases, categories, day, protocol)
    history = History.build(purchases, day, protocol.least_buyers)
    scorer = Scorer.fit(history, categories, protocol, models)
    support = Support.count(history)
    shop = Shop(scorer, support, catalog, history.products, purchases.products)
    return Recommendations(
        as_of,
        protocol,
        build_offers(lake, as_of, shop, share.mean),
        judge_tasks(purchases, categories, day - protocol.horizon_days, protocol),
        _name_pairs(support, shop),
        {
            "customers": len(purchases.customers),
            "products": len(purchases.products),
            "products_with_buyers": len(history.products),
            "purchases": len(purchases.day),
        },
        days,
        share,
    )


def read_learned_purchases(lake: Lake, as_of: datetime) -> Purchases:
    """Read the purchases to learn from: of whole buckets, until there are 20,000 customers.

    Raises
    ------
    DataError
        If the lake has no lines of orders.
    """
    if not lake.has("order_lines"):
        raise DataError(
            table="order_lines",
            expected="the lines of orders, with product and quantity",
            found="no such table",
            fix="Add the lines to the source, then run lealtad ingest.",
        )
    parts, customers = [], 0
    for bucket in lake.buckets:
        lines = lake.read("order_lines", bucket, as_of=as_of)
        parts.append(lines)
        customers += lines["customer_id"].n_unique()
        if customers >= _LEARNED_CUSTOMERS:
            break
    return Purchases.from_lines(pl.concat(parts))


def _name_pairs(support: Support, shop: Shop) -> pl.DataFrame:
    pairs, names = support.list_pairs(50), shop.catalog.names
    named = {
        label: names.gather(shop.products[pairs[column].to_numpy().astype(np.int64)])
        for label, column in (("product", "first"), ("with_product", "second"))
    }
    return pairs.with_columns(**named).select(
        "product", "with_product", "both", "buyers", "share", "share_low", "share_high", "usual"
    )
