"""Customers of the holdout who would have been chosen by the same cut."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from lealtad.worklist.allocation.allocation import Allocation, Eligible

_MORE = 1e-9  # in currency units: tolerance for sums of floats


def choose_from_holdout(
    options: pl.DataFrame, allocation: Allocation, eligible: Eligible | None = None
) -> pl.DataFrame:
    """Return the customers whose gain from an action exceeds the smallest gain that got it.

    They are chosen by the same cut as the listed customers, without taking a place, so that the two can be
    compared.

    Parameters
    ----------
    options
        `customer_id, action, gain` and optionally `weight`, of customers who were not allocated.
    eligible
        As in `allocate`; called for the best option of each customer, then for the next.

    Returns
    -------
    `customer_id, action, gain`, highest gain first, then by id.
    """
    by = "weight" if "weight" in options.columns else "gain"
    names = list(allocation.thresholds)
    priced = options.filter(pl.col(by) > 0).with_columns(
        beyond=pl.col(by) - pl.col("action").replace_strict(allocation.thresholds, return_dtype=pl.Float64),
        number=pl.col("action").replace_strict(names, range(len(names)), return_dtype=pl.Int32),
    )
    open_options = priced.filter(pl.col("beyond") > _MORE).sort(
        ["customer_id", "beyond", "number"], descending=[False, True, False]
    )
    confirmed = []
    while open_options.height:
        first = open_options.unique("customer_id", keep="first", maintain_order=True)
        allowed = first
        if eligible is not None:
            keep = eligible(first.select("customer_id", "action"))
            allowed = first.join(keep, on=["customer_id", "action"], how="semi", maintain_order="left")
        confirmed.append(allowed)
        open_options = open_options.join(allowed, on="customer_id", how="anti", maintain_order="left")
        open_options = open_options.join(first, on=["customer_id", "action"], how="anti", maintain_order="left")
    chosen = pl.concat(confirmed) if confirmed else open_options
    return chosen.select("customer_id", "action", "gain").sort(["gain", "customer_id"], descending=[True, False])
