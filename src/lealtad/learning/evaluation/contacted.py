"""Profit of the list that would be worked: promised and paid, with how sure both are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.outcomes import check_groups, check_outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

_DEFAULT = Economics()
_SIDES = [0.025, 0.975]


def compute_contacted_profit(  # noqa: PLR0913 - the rows, and how they are listed and resampled
    y: ArrayLike,
    probabilities: Mapping[str, ArrayLike],
    lists: ArrayLike,
    customers: ArrayLike,
    *,
    capacity: int,
    seed: int,
    repeats: int = 200,
    economics: Economics = _DEFAULT,
    value: ArrayLike | None = None,
) -> pl.DataFrame:
    """Return the profit of contacting the `capacity` most promising customers of each list; one row per model.

    Customers with an expected loss are not contacted. Rows with equal expectation at the end of a list share its
    last places.

    Parameters
    ----------
    y
        1 if the customer churned without being contacted.
    probabilities
        By name of the model, its probability of each row.
    lists
        The list each row belongs to, such as its as-of date.
    customers
        The customer of each row; whole customers are resampled.
    value
        V of each row; None takes that of `economics` for all.

    Returns
    -------
    `name, contacted`. For all lists together, `expected` follows from the probabilities. `realised` follows from
    the outcomes, if a contact had saved the share γ of the churned customers. Each has its 95 % interval as
    `*_low, *_high`.

    Notes
    -----
    Each draw counts whole customers as often as they were drawn; the lists do not change.

    Examples
    --------
    >>> made = compute_contacted_profit(
    ...     [1, 0, 0, 1], {"model": [0.9, 0.1, 0.3, 0.8]}, [1, 1, 2, 2], range(4), capacity=1, seed=1
    ... )
    >>> made.select("contacted", "realised").row(0)
    (2, 112.0)
    """
    lists, customers = (
        check_groups(name, groups, len(np.asarray(y)))
        for name, groups in (("lists", lists), ("customers", customers))
    )
    draws = _draws(customers, seed, repeats)
    rows = []
    for name, probability in probabilities.items():
        happened, promised = check_outcomes(y, probability)
        realised, expected = economics.profit(happened, value), economics.profit(promised, value)
        chosen = compute_contact_shares(expected, lists, capacity) * (expected > 0)
        row: dict[str, object] = {"name": name, "contacted": round(float(chosen.sum()))}
        for kind, profit in (("expected", expected), ("realised", realised)):
            low, high = np.quantile(draws @ (profit * chosen), _SIDES)
            row |= {kind: float((profit * chosen).sum()), f"{kind}_low": float(low), f"{kind}_high": float(high)}
        rows.append(row)
    return pl.DataFrame(rows)


def compute_contact_shares(
    score: NDArray[np.float64], lists: NDArray[Any], capacity: float
) -> NDArray[np.float64]:
    """Return which part of each row is contacted: 1 above the cut of its list, 0 below, between them for ties.

    Rows of one score at the cut share the free places, so that the order of rows changes nothing.

    Examples
    --------
    >>> compute_contact_shares(np.array([3.0, 2.0, 2.0, 1.0]), np.zeros(4), capacity=2).tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    rows = pl.DataFrame({"list": lists, "score": score})
    ties = pl.len().over("list", "score")
    above = (pl.col("score").rank("min", descending=True).cast(pl.Float64) - 1).over("list")
    return rows.select(((capacity - above) / ties).clip(0, 1)).to_series().to_numpy()


def _draws(customers: NDArray[np.generic], seed: int, repeats: int) -> NDArray[np.float64]:
    _, codes = np.unique(customers, return_inverse=True)
    count, rng = int(codes.max()) + 1, np.random.default_rng(seed)
    times = [np.bincount(rng.integers(count, size=count), minlength=count) for _ in range(repeats)]
    return np.stack(times)[:, codes].astype(np.float64)
