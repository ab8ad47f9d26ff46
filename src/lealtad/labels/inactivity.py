"""Inactivity churn: a living customer who places no order in the horizon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.features.facts import Facts, Grid
from lealtad.features.purchases import purchases

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.definition import Label


def inactivity(orders: pl.DataFrame, as_of: Sequence[datetime], label: Label, end: datetime) -> pl.DataFrame:
    """Return who was alive and who then stopped buying, one row per (customer_id, as_of).

    Parameters
    ----------
    orders
        Orders of the contract, with `known_at`.
    as_of
        UTC instants.
    label
        Alive: at least `alive_orders` orders known in the `alive_days` before the date. Churned: no order in
        `[as_of + lead, as_of + lead + horizon)`.
    end
        The end of the data.

    Returns
    -------
    `customer_id, as_of, alive, churned`. `churned` is null (censored) where the horizon runs past `end`: what
    has not happened yet is not a 0.

    Examples
    --------
    >>> from datetime import UTC
    >>> from lealtad.definition import Label
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5)]
    >>> orders = pl.DataFrame({"customer_id": ["a", "a"], "ordered_at": days, "known_at": days})
    >>> march = datetime(2026, 3, 1, tzinfo=UTC)
    >>> inactivity(orders, [datetime(2026, 1, 10, tzinfo=UTC)], Label(), march).row(0)[2:]
    (True, True)
    """
    bought = purchases(orders)
    grid = Grid.of(bought["customer_id"], as_of)
    known = Facts(bought, grid, "ordered_at", [label.alive_days])
    alive = known.count(label.alive_days) >= label.alive_orders
    closed = timedelta(days=label.lead_days + label.horizon_days)
    # the outcome is what happened, whenever it became known: the event is its own clock
    outcomes = bought.with_columns(known_at="ordered_at")
    later = Grid.of(grid.customer_ids, [date + closed for date in as_of])
    stayed = Facts(outcomes, later, "ordered_at", [label.horizon_days]).count(label.horizon_days) > 0
    dates = pl.Series("as_of", grid.as_of).cast(pl.Datetime("us", "UTC"))
    rows = pl.DataFrame({"customer_id": grid.customer_ids}).join(pl.DataFrame(dates), how="cross")
    return rows.with_columns(
        pl.Series("alive", alive.ravel()),
        pl.when(pl.col("as_of") + closed <= end).then(pl.Series(~stayed.ravel())).alias("churned"),
    )
