"""How customers of a date did in its first days, as it was known when those days were over."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.labels.outcomes import check_tables, outcomes_of
from lealtad.labels.treatment import campaign_sizes, with_treatment
from lealtad.lake import future_removed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.label import Label
    from lealtad.lake import Lake

_WEEK = 7
_PARTS = 4


def lookouts(label: Label) -> list[int]:
    """Return after how many days of a date its early outcomes are looked at: quarters of the horizon, in weeks.

    None where no outcome is known before the horizon is over, or the horizon is a week.

    Examples
    --------
    >>> from lealtad.label import Contractual, Inactivity
    >>> lookouts(Inactivity(horizon_days=28)), lookouts(Contractual(horizon_days=90, grace_days=14))
    ([7, 14, 21], [35, 56, 84])
    """
    if label.early is None:
        return []
    before = label.outcome_days - label.horizon_days
    weeks = {max(1, round(label.horizon_days * part / _PARTS / _WEEK)) for part in range(1, _PARTS)}
    return [before + _WEEK * count for count in sorted(weeks) if _WEEK * count < label.horizon_days]


def so_far(lake: Lake, label: Label, as_of: Sequence[datetime], days: int, bucket: int) -> pl.DataFrame:
    """Return whether the outcome that is known early had been seen so many days after each date.

    Only what was known when the days were over counts, so that a past date says what it would have said then.

    Parameters
    ----------
    label
        Whose `early` outcome is asked for.
    days
        More than the label's lead and grace.

    Returns
    -------
    `customer_id, as_of, seen` of the living customers of a bucket whom no intervention reached in these days, and
    of whom the label can tell; sorted.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    check_tables(lake, label)
    first, sizes = label.of_first(days), campaign_sizes(lake)
    history = {name: lake.history(name, bucket) for name in label.tables}
    history["identities"] = lake.identity_history
    given = lake.read("interventions", bucket) if lake.has("interventions") else None
    parts = []
    for date in sorted(set(as_of)):
        over = date + timedelta(days=days)
        tables = future_removed(history, over)
        found = outcomes_of(tables, [date], first, over, tables["identities"])
        by_then = None if given is None else given.filter(pl.col("assigned_at") < over)
        parts.append(with_treatment(found, by_then, label, sizes))
    told = pl.concat(parts).filter(
        pl.col("missing").is_null(), pl.col("observed").is_not_null(), pl.col("weight") > 0
    )
    seen = pl.col("observed").cast(pl.Int8) == label.early
    return told.select("customer_id", "as_of", seen=seen).sort("customer_id", "as_of")
