"""Drop-off: customers who do not continue to a later stage of the journey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.sources.contract.tables import STAGES

if TYPE_CHECKING:
    from datetime import datetime, timedelta

LABEL = "drop_off@1: no contact of their own in a later stage, within {days:g} days"


def compute_drop_off(contacts: pl.DataFrame, as_of: datetime, window: timedelta) -> pl.DataFrame:
    """Return the share of customers who did not go on, one row per stage but the last one.

    Parameters
    ----------
    contacts
        `customer_id, stage, occurred_at, initiated_by` of contacts known before `as_of`, since two windows before.

    Returns
    -------
    `stage, value` (0 to 1), `n` customers, `low, high` (95 %, Wilson), `definition`. A stage has no row if it has
    no customers, or if nobody ever started a later contact, as where later stages are not recorded.

    Notes
    -----
    The customers of a stage are those with a contact there in the window before the last one, started by either
    side. A customer continued if they started a contact in any later stage within one window after the first such
    contact. So every customer has the same time to continue. A message from the company is not a step of the
    customer, and a customer who needs no service has not dropped off.

    Examples
    --------
    >>> from datetime import UTC, datetime, timedelta
    >>> contacts = pl.DataFrame({"customer_id": ["a", "a", "b"], "stage": ["awareness", "purchase", "awareness"],
    ...     "occurred_at": [datetime(2026, 1, day, tzinfo=UTC) for day in (2, 11, 3)],
    ...     "initiated_by": ["company", "customer", "customer"]})
    >>> compute_drop_off(contacts, datetime(2026, 1, 21, tzinfo=UTC), timedelta(days=10)).row(0)[:3]
    ('awareness', 0.5, 2)
    """
    ranks = {stage: rank for rank, stage in enumerate(STAGES)}
    ranked = contacts.with_columns(
        pl.col("stage").replace_strict(ranks, return_dtype=pl.Int64).alias("rank")
    ).sort("occurred_at")
    rows = [_count_stage(ranked, rank, as_of, window) for rank in range(len(STAGES) - 1)]
    counted = pl.DataFrame(rows, schema={"stage": pl.String, "n": pl.Int64, "hits": pl.Int64}, orient="row")
    return select_figures(
        add_wilson_interval(counted.filter(pl.col("n") > 0)),
        ("stage",),
        LABEL.format(days=window.total_seconds() / 86_400),
    )


def _count_stage(ranked: pl.DataFrame, rank: int, as_of: datetime, window: timedelta) -> tuple[str, int, int]:
    began = pl.col("occurred_at").is_between(as_of - 2 * window, as_of - window, closed="left")
    own = ranked.filter(pl.col("rank") > rank, pl.col("initiated_by") == "customer")
    if own.is_empty():
        return STAGES[rank], 0, 0
    first = ranked.filter(pl.col("rank") == rank, began).unique("customer_id", keep="first", maintain_order=True)
    later = own.select("customer_id", "occurred_at", later="occurred_at")
    followed = first.select("customer_id", "occurred_at").join_asof(
        later,
        on="occurred_at",
        by="customer_id",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,  # sorted by time above, which Polars cannot check within customers
    )
    went_on = followed.filter(pl.col("later") - pl.col("occurred_at") < window).height
    return STAGES[rank], first.height, first.height - went_on
