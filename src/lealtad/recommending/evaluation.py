"""How good recommendations are: measures by customer, with intervals by customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy import sparse

    from lealtad.recommending.purchases import Floats, Ints

LISTED = 10
_STRATA = {"rare": (0.0, 1 / 3), "middle": (1 / 3, 2 / 3), "popular": (2 / 3, 1.0)}
_DRAWS = 500


@dataclass(frozen=True)
class CustomerMeasures:
    """Measures of each customer who bought something in the horizon.

    Attributes
    ----------
    rows
        The customers, as rows of the truth.
    recall
        Hits over the smaller of 10 and the products bought.
    ndcg
        Discounted hits over those of a perfect list.
    precision
        Hits over the products listed.
    hit
        Whether any listed product was bought.
    """

    rows: Ints
    recall: Floats
    ndcg: Floats
    precision: Floats
    hit: Floats


def measure_lists(listed: NDArray[np.int64], truth: sparse.csr_matrix) -> CustomerMeasures:
    """Measure lists of products against later purchases.

    Parameters
    ----------
    listed
        Customer × place: products, best first; -1 is an empty place. At most 10 places count.
    truth
        Customer × product: 1 where bought in the horizon. Customers who bought nothing are left out.

    Examples
    --------
    Two products were bought; the list has one of them, at its second place.

    >>> from scipy import sparse
    >>> measures = measure_lists(np.array([[2, 0]]), sparse.csr_matrix([[1.0, 1.0, 0.0]]))
    >>> measures.recall, measures.ndcg.round(4), measures.precision
    (array([0.5]), array([0.3869]), array([0.5]))
    """
    listed = listed[:, :LISTED]
    bought = np.diff(truth.indptr)
    rows = np.flatnonzero(bought > 0)
    hits = find_hits(listed, truth)[rows]
    gains = 1 / np.log2(np.arange(2, LISTED + 2))
    ideal = np.cumsum(gains)[np.minimum(LISTED, bought[rows]) - 1]
    places = (listed[rows] >= 0).sum(axis=1)
    return CustomerMeasures(
        rows,
        hits.sum(axis=1) / np.minimum(LISTED, bought[rows]),
        (hits * gains[: hits.shape[1]]).sum(axis=1) / ideal,
        hits.sum(axis=1) / np.maximum(places, 1),
        (hits.sum(axis=1) > 0).astype(np.float64),
    )


def find_hits(listed: NDArray[np.int64], truth: sparse.csr_matrix) -> NDArray[np.bool_]:
    """Return customer × place: whether the listed product was bought."""
    row, place = np.nonzero(listed >= 0)
    hits = np.zeros(listed.shape, dtype=bool)
    if len(row):
        hits[row, place] = np.asarray(truth[row, listed[row, place]]).ravel() > 0
    return hits


def average_measures(measures: CustomerMeasures, seed: int = 0) -> pl.DataFrame:
    """Return each measure's mean over customers with its 95 % interval, by a bootstrap of customers.

    Returns
    -------
    `measure, value, low, high, customers`; no rows where no customer bought anything.
    """
    count = len(measures.rows)
    schema = {"measure": str, "value": float, "low": float, "high": float, "customers": int}
    if not count:
        return pl.DataFrame(schema=schema)
    named = {"recall@10": measures.recall, "NDCG@10": measures.ndcg, "precision@10": measures.precision}
    rows = [
        (name, float(values.mean()), *bootstrap_mean(values, seed), count)
        for name, values in {**named, "hit rate": measures.hit}.items()
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def bootstrap_mean(values: Floats, seed: int = 0) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean over customers.

    For differences of two lists of the same customers, the interval is paired.
    """
    rng = np.random.default_rng(seed)
    means = [values[rng.integers(0, len(values), len(values))].mean() for _ in range(_DRAWS)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def measure_coverage(listed: NDArray[np.int64], products: int) -> float:
    """Return the share of the products on any list."""
    return len(np.unique(listed[listed >= 0])) / max(products, 1)


def measure_by_popularity(listed: NDArray[np.int64], truth: sparse.csr_matrix, buyers: Floats) -> pl.DataFrame:
    """Return recall of rare, middling and popular products, a third of all purchases of the past each.

    Returns
    -------
    `stratum, products, bought, recall`: of the purchases in the horizon, the share that was listed.
    """
    order = np.argsort(buyers, kind="stable")
    part = np.empty(len(buyers))
    part[order] = (np.cumsum(buyers[order]) - buyers[order] / 2) / max(buyers.sum(), 1e-9)
    hits = find_hits(listed[:, :LISTED], truth)
    hit_products, bought_products = listed[:, :LISTED][hits], truth.indices
    rows = []
    for name, (low, high) in _STRATA.items():
        inside = (part >= low) & (part < high)
        bought = int(inside[bought_products].sum())
        caught = int(inside[hit_products].sum())
        rows.append((name, int(inside.sum()), bought, caught / bought if bought else None))
    schema = {"stratum": str, "products": int, "bought": int, "recall": float}
    return pl.DataFrame(rows, schema=schema, orient="row")


def measure_calibration(probability: Floats, bought: NDArray[np.bool_], bins: int = 5) -> pl.DataFrame:
    """Return predicted and observed shares of listed products, in bins of equal size.

    Returns
    -------
    `bin, n, predicted, observed`; bins ascend.
    """
    order = np.argsort(probability, kind="stable")
    rows = [
        (number + 1, len(part), float(probability[part].mean()), float(bought[part].mean()))
        for number, part in enumerate(np.array_split(order, bins))
        if len(part)
    ]
    return pl.DataFrame(rows, schema={"bin": int, "n": int, "predicted": float, "observed": float}, orient="row")
