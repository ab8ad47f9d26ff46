"""Inactivity churn: an active customer who places no order in the horizon."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features.engine.facts import Facts, Grid
from lealtad.examples.features.streams.orders import select_purchases
from lealtad.kpis.repeats import drop_repeats
from lealtad.lake import NO_IDENTITIES, add_clocks, express_person, resolve_people, select_as_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.company.outcome_definition import Inactivity


def compute_inactivity(
    orders: pl.DataFrame,
    as_of: Sequence[datetime],
    label: Inactivity,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
) -> pl.DataFrame:
    """Return the active customers and whether they then stopped buying, one row per (customer_id, as_of).

    Activity is judged by what was known at the date, under the ids at that date. The outcome is judged by what is
    known now, under all ids of the customer. A corrected order, or one under an id merged since, counts.

    Parameters
    ----------
    orders
        Every version of the orders, with `known_at`, as `Lake.history` returns them.
    as_of
        UTC instants.
    label
        Active: at least one known order in the `alive_days` before the date, and a silence within the limit of
        `cadence`. Churned: no order in `[as_of + lead, as_of + lead + horizon)`.
    end
        The end of the data.
    identities
        Every identity, whatever its date, as in `Lake.identity_history`.

    Returns
    -------
    `customer_id, as_of, missing, observed`; sorted. `missing` is "orders" if an active customer placed fewer than
    `alive_orders` orders in the `alive_days`, else null. `observed` is null (censored), never 0, if the horizon
    extends past `end`.

    Examples
    --------
    >>> from datetime import UTC
    >>> from lealtad.company.outcome_definition import Inactivity
    >>> days = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 5)]
    >>> orders = pl.DataFrame({"customer_id": ["a", "a"], "ordered_at": days, "known_at": days})
    >>> march = datetime(2026, 3, 1, tzinfo=UTC)
    >>> compute_inactivity(orders, [datetime(2026, 1, 10, tzinfo=UTC)], Inactivity(), march).row(0)[2:]
    (None, True)
    """
    orders = drop_repeats(orders, "orders")
    closed = timedelta(days=label.lead_days + label.horizon_days)
    active = _find_active(orders, identities, as_of, label)
    bought = select_purchases(select_as_of(orders, identities))
    # the outcome is what happened, whenever it became known, so only the event time counts
    happened = bought.with_columns(known_at="ordered_at")
    stayed = _count_orders(happened, [date + closed for date in as_of], label.horizon_days).select(
        person="customer_id", as_of=pl.col("as_of") - closed, stayed=pl.col("orders") > 0
    )
    person = express_person(resolve_people(identities)).alias("person")
    judged = active.with_columns(person).join(stayed, on=["person", "as_of"], how="left", maintain_order="left")
    churned = ~pl.col("stayed").fill_null(value=False)
    observed = pl.when(pl.col("as_of") + closed <= end).then(churned).alias("observed")
    return judged.select("customer_id", "as_of", "missing", observed)


def _find_active(
    orders: pl.DataFrame, identities: pl.DataFrame, as_of: Sequence[datetime], label: Inactivity
) -> pl.DataFrame:
    """Judge customers without corrections or merges for all dates at once, the others date by date."""
    corrected = add_clocks(orders).filter(pl.col("superseded_at").is_not_null())["customer_id"]
    moving = pl.concat([corrected, identities["alias"], identities["customer_id"]]).unique()
    is_moving = pl.col("customer_id").is_in(moving.implode())
    settled, unsettled = orders.filter(~is_moving), orders.filter(is_moving)
    parts = [_select_active(select_purchases(settled), as_of, label)]
    dates = sorted(set(as_of)) if unsettled.height else []
    parts += [
        _select_active(select_purchases(select_as_of(unsettled, identities, date)), [date], label)
        for date in dates
    ]
    return pl.concat(parts).sort("customer_id", "as_of")


def _select_active(orders: pl.DataFrame, as_of: Sequence[datetime], label: Inactivity) -> pl.DataFrame:
    """Return `customer_id, as_of, missing` of customers who bought recently enough."""
    grid = Grid.of(orders["customer_id"], as_of)
    facts = Facts(orders, grid, "ordered_at", [label.alive_days])
    recently = facts.count(label.alive_days).ravel()
    rows = _rows(grid).with_columns(
        pl.Series("recently", recently),
        pl.Series("gaps", facts.count().ravel() - 1),
        pl.Series("silent", facts.days_since().ravel()),
        pl.Series("since_first", facts.days_since_first().ravel()),
    )
    longest = (label.cadence or np.inf) * pl.col("since_first").sub(pl.col("silent")) / pl.col("gaps")
    gone = (pl.col("gaps") > 0) & (pl.col("silent") > longest)
    few = pl.when(pl.col("recently") < label.alive_orders).then(pl.lit("orders")).alias("missing")
    return rows.filter(pl.col("recently") > 0, ~gone).select("customer_id", "as_of", few)


def _count_orders(orders: pl.DataFrame, as_of: Sequence[datetime], days: int) -> pl.DataFrame:
    """Count the orders in the days before each date, one row per (customer_id, as_of)."""
    grid = Grid.of(orders["customer_id"], as_of)
    counts = Facts(orders, grid, "ordered_at", [days]).count(days)
    return _rows(grid).with_columns(pl.Series("orders", counts.ravel()))


def _rows(grid: Grid) -> pl.DataFrame:
    dates = pl.DataFrame(pl.Series("as_of", grid.as_of).cast(INSTANT))
    return pl.DataFrame({"customer_id": grid.customer_ids}).join(dates, how="cross")
