"""What recommending costs a company of a million customers, 50,000 products and 100 million lines, on two cores.

A sample of the customers is scored with all products, and models learn from the usual number of customers. Time
per customer does not depend on how many there are, so the total follows from it. Memory does not either: offers
are written with their reasons bucket by bucket. `measure(customers=…)` scores more.
"""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from bench.rows import Row, build_row
from lealtad.base.language import Language
from lealtad.recommending.catalog import Catalog
from lealtad.recommending.files import open_offers
from lealtad.recommending.history import History
from lealtad.recommending.incremental import USUAL_SHARE, IncrementalShare
from lealtad.recommending.learned import learn
from lealtad.recommending.offers import Shop, choose_offers, describe_candidates
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases
from lealtad.recommending.scoring import Scorer
from lealtad.recommending.support import Support
from lealtad.recommending.training import TASKS

CUSTOMERS, PRODUCTS, LINES = 1_000_000, 50_000, 100
LEARNED, SCORED, BUCKET, CORES = 20_000, 8_000, 2_000, 2
NO_CIRCUMSTANCES = pl.DataFrame(
    schema={
        "customer_id": pl.String,
        "consent": pl.Boolean,
        "open_complaint": pl.Boolean,
        "is_detractor": pl.Boolean,
    }
)
NO_DECLINES = pl.DataFrame(schema={"customer_id": pl.String, "product_id": pl.String, "declined": pl.Int64})
DAY, YEAR = 20_000.0, 730.0


def run() -> list[Row]:
    """Measure a whole training, and scoring per customer."""
    return measure(SCORED)


def measure(customers: int, learned: int = LEARNED) -> list[Row]:
    """Return the figures of the whole company from a sample."""
    purchases = draw_purchases(learned)
    categories = np.arange(PRODUCTS) % 300
    protocol = Protocol()
    started = time.process_time()
    models = learn(purchases, categories, DAY, protocol)
    history = History.build(purchases, DAY, protocol.least_buyers)
    scorer = Scorer.fit(history, categories, protocol, models.models)
    support = Support.count(history)
    training = time.process_time() - started
    catalog = Catalog.build(None, purchases.products)
    shop = Shop(scorer, support, catalog, history.products, purchases.products)
    buckets = [draw_purchases(BUCKET, seed=number) for number in range(1, 1 + customers // BUCKET)]
    started = time.process_time()
    with TemporaryDirectory() as folder:
        write_all(buckets, shop, Path(folder))
    seconds = (time.process_time() - started) / (len(buckets) * BUCKET)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return [
        build_row("recommend: train for 1 M customers x 50,000 products", training / 60, "min", 30.0, "lower"),
        build_row(
            "recommend: score 1 M customers on two cores", seconds * CUSTOMERS / CORES / 60, "min", 10.0, "lower"
        ),
        build_row("recommend: peak memory of a process", peak, "GiB", 8.0 / CORES, "lower"),
    ]


def write_all(buckets: list[Purchases], shop: Shop, folder: Path) -> None:
    """Score and guard customers, and write their offers with reasons in words, as the job does."""
    as_of = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=DAY)
    files = folder / "offers.parquet", folder / "offers.csv"
    with open_offers(*files, as_of, IncrementalShare(), Language.from_code("en")) as write:
        for purchases in buckets:
            history = History.build(purchases, DAY, products=shop.products)
            for task in TASKS:
                offers = describe_candidates(task, history, shop)
                write(choose_offers(task, offers, NO_CIRCUMSTANCES, NO_DECLINES, USUAL_SHARE).rows)


def draw_purchases(customers: int, seed: int = 0) -> Purchases:
    """Draw the purchases of some customers: a hundred lines each; few products are popular and most are rare."""
    rng = np.random.default_rng(seed)
    size = customers * LINES
    owner = np.repeat(np.arange(customers), LINES)
    popular = np.minimum((PRODUCTS * rng.random(size) ** 4).astype(np.int64), PRODUCTS - 1)
    habit = rng.integers(0, 12, size)
    favourite = np.minimum((PRODUCTS * ((owner * 7919 + habit * 104729) % 10_007 / 10_007) ** 4), PRODUCTS - 1)
    product = np.where(rng.random(size) < 0.4, favourite.astype(np.int64), popular)
    day = DAY - YEAR * rng.random(size)
    order = np.argsort(day, kind="stable")
    basket = owner * 1_000 + (DAY - day).astype(np.int64)
    return Purchases(
        pl.Series([f"c{number:08d}" for number in range(customers)]),
        pl.Series([f"p{number:06d}" for number in range(PRODUCTS)]),
        owner[order],
        product[order],
        basket[order],
        day[order],
        day[order],
        rng.gamma(2.0, 5.0, size)[order],
        np.ones(size),
        np.zeros(size, dtype=bool),
    )
