"""Profit of the list that would be worked: promised and paid, with how sure both are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.evaluation.economics import Economics

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
    """Return the profit of contacting the `capacity` customers of each list who promise most; one row per model.

    Nobody is contacted who promises a loss.

    Parameters
    ----------
    y
        1 where the customer left, without being contacted.
    probabilities
        By name of the model, its probability of each row.
    lists
        The list each row belongs to, such as its as-of date.
    customers
        Whose row it is; whole customers are resampled.
    value
        V of each row; None takes that of `economics` for all.

    Returns
    -------
    `name, contacted`, and of all lists together `expected` (what the probabilities promise) and `realised` (what
    the outcomes pay, had a contact saved the share γ of those who left), each with its 95 % interval as
    `*_low, *_high`.

    Notes
    -----
    Each draw counts whole customers as often as they were drawn; the lists stay those that were made.

    Examples
    --------
    >>> made = compute_contacted_profit(
    ...     [1, 0, 0, 1], {"model": [0.9, 0.1, 0.3, 0.8]}, [1, 1, 2, 2], range(4), capacity=1, seed=1
    ... )
    >>> made.select("contacted", "realised").row(0)
    (2, 112.0)
    """
    happened, lists = np.asarray(y, dtype=np.float64), np.asarray(lists)
    realised = economics.profit(happened, value)
    draws = _draws(np.asarray(customers), seed, repeats)
    rows = []
    for name, probability in probabilities.items():
        expected = economics.profit(probability, value)
        chosen = _chosen(expected, lists, capacity)
        row: dict[str, object] = {"name": name, "contacted": int(chosen.sum())}
        for kind, profit in (("expected", expected), ("realised", realised)):
            low, high = np.quantile(draws @ (profit * chosen), _SIDES)
            row |= {kind: float((profit * chosen).sum()), f"{kind}_low": float(low), f"{kind}_high": float(high)}
        rows.append(row)
    return pl.DataFrame(rows)


def _chosen(expected: NDArray[np.float64], lists: NDArray[np.generic], capacity: int) -> NDArray[np.bool_]:
    """Say who is contacted: of each list those who promise most."""
    order = np.lexsort([np.arange(len(lists)), -expected, lists])
    starts = np.flatnonzero(np.append(True, lists[order][1:] != lists[order][:-1]))
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    chosen = np.zeros(len(order), dtype=bool)
    chosen[order[place < capacity]] = True
    return chosen & (expected > 0)


def _draws(customers: NDArray[np.generic], seed: int, repeats: int) -> NDArray[np.float64]:
    _, codes = np.unique(customers, return_inverse=True)
    count, rng = int(codes.max()) + 1, np.random.default_rng(seed)
    times = [np.bincount(rng.integers(count, size=count), minlength=count) for _ in range(repeats)]
    return np.stack(times)[:, codes].astype(np.float64)
