"""Recommendations of a company: trained models, their quality on later purchases, and tonight's offers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError
from lealtad.recommending.catalog import read_catalog
from lealtad.recommending.experiences import read_bad_experiences
from lealtad.recommending.history import History
from lealtad.recommending.incremental import IncrementalShare
from lealtad.recommending.learned import Learned, learn
from lealtad.recommending.offers import Offers, Shop, build_offers
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.scoring import Scorer
from lealtad.recommending.support import Support

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from lealtad.lake import Lake
    from lealtad.recommending.judging import Judgement

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
    learned
        The models, and how good the offers of one horizon earlier were.
    pairs
        Products bought together: `product, with_product, both, buyers, share, share_low, share_high, usual`.
    counts
        Numbers of customers, products and purchases, and of products with enough buyers.
    share
        How much an offer raises purchases of its product.
    """

    as_of: datetime
    protocol: Protocol
    offers: Offers
    learned: Learned
    pairs: pl.DataFrame
    counts: dict[str, int]
    share: IncrementalShare = _PRIOR

    @property
    def judgement(self) -> Judgement | None:
        """How good offers made a horizon before were; None if the data are too short."""
        return self.learned.judgement


def recommend(  # noqa: PLR0913 - what offers are built from, and where they go
    lake: Lake,
    as_of: datetime,
    protocol: Protocol = _USUAL,
    share: IncrementalShare = _PRIOR,
    learned: Learned | None = None,
    *,
    take: Callable[[pl.DataFrame], None] | None = None,
) -> Recommendations:
    """Train on earlier dates, judge on the newest horizon, and build the offers of every customer.

    Parameters
    ----------
    as_of
        Only facts known before it are used.
    share
        How much an offer raises purchases of its product, for the expected gain.
    learned
        The models of an earlier night, used while they are valid; otherwise new ones are trained.
    take
        Called with the offers of each bucket, which are then not returned; None returns them.

    Raises
    ------
    DataError
        If the lake has no lines of orders.
    TooLittleDataError
        If the purchases cover less than two horizons, or no product has enough buyers.
    """
    purchases = read_learned_purchases(lake, as_of)
    catalog = read_catalog(lake, purchases.products)
    day, categories = count_days(as_of), catalog.categories
    if learned is None or not learned.is_current(day, protocol):
        learned = learn(purchases, categories, day, protocol)
    history = History.build(purchases, day, protocol.least_buyers)
    scorer = Scorer.fit(history, categories, protocol, learned.models)
    support = Support.count(history)
    shop = Shop(scorer, support, catalog, history.products, purchases.products)
    return Recommendations(
        as_of,
        protocol,
        build_offers(lake, as_of, shop, share.mean, take),
        learned,
        _name_pairs(support, shop),
        {
            "customers": len(purchases.customers),
            "products": len(purchases.products),
            "products_with_buyers": len(history.products),
            "purchases": len(purchases.day),
        },
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
    parts, bad, customers = [], [], 0
    for bucket in lake.buckets:
        lines = lake.read("order_lines", bucket, as_of=as_of)
        parts.append(lines)
        bad.append(read_bad_experiences(lake, as_of, bucket))
        customers += lines["customer_id"].n_unique()
        if customers >= _LEARNED_CUSTOMERS:
            break
    return Purchases.from_lines(pl.concat(parts), experiences=pl.concat(bad))


def _name_pairs(support: Support, shop: Shop) -> pl.DataFrame:
    pairs, names = support.list_pairs(50), shop.catalog.names
    named = {
        label: names.gather(shop.products[pairs[column].to_numpy().astype(np.int64)])
        for label, column in (("product", "first"), ("with_product", "second"))
    }
    return pairs.with_columns(**named).select(
        "product", "with_product", "both", "buyers", "share", "share_low", "share_high", "usual"
    )
