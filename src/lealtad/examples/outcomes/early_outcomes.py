"""Early outcomes: what is known about a date's customers a number of days after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.outcomes.outcomes import check_tables, compute_table_outcomes
from lealtad.examples.outcomes.treatment import add_treatment, compute_campaign_sizes
from lealtad.lake import remove_future
from lealtad.sources.contract import get_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake

_WEEK = 7
_PARTS = 4


def list_lookouts(label: Label) -> list[int]:
    """Return the days after a date at which its early outcomes are measured: quarters of the horizon, in weeks.

    The list is empty if no outcome is known before the horizon is over, or if the horizon is a week.

    Examples
    --------
    >>> from lealtad.company.outcome_definition import Contractual, Inactivity
    >>> list_lookouts(Inactivity(horizon_days=28)), list_lookouts(Contractual(horizon_days=90, grace_days=14))
    ([7, 14, 21], [35, 56, 84])
    """
    if label.early is None:
        return []
    before = label.outcome_days - label.horizon_days
    weeks = {max(1, round(label.horizon_days * part / _PARTS / _WEEK)) for part in range(1, _PARTS)}
    return [before + _WEEK * count for count in sorted(weeks) if _WEEK * count < label.horizon_days]


def compute_early_outcomes(
    lake: Lake, label: Label, as_of: Sequence[datetime], days: int, bucket: int
) -> pl.DataFrame:
    """Return whether the early outcome had been observed a number of days after each date.

    Only facts known by then count, so that a past date gives the figure of that time.

    Parameters
    ----------
    label
        The label whose `early` outcome to compute.
    days
        Days after the date; more than the label's lead and grace.

    Returns
    -------
    `customer_id, as_of, seen`, sorted: the active customers of a bucket with a known outcome whom no intervention
    reached in these days.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    check_tables(lake, label)
    dates, first, span = sorted(set(as_of)), label.shorten(days), timedelta(days=days)
    tables, identities = {name: lake.history(name, bucket) for name in label.tables}, lake.identity_history
    moving = _find_moving(tables, identities, [date + span for date in dates])
    parts = [
        compute_table_outcomes(
            {name: rows.filter(~moving) for name, rows in tables.items()}, dates, first, dates[-1] + span
        )
    ]
    unsettled = {name: rows.filter(moving) for name, rows in tables.items()}
    for date in dates if any(rows.height for rows in unsettled.values()) else []:
        then = remove_future({**unsettled, "identities": identities}, date + span)
        parts.append(compute_table_outcomes(then, [date], first, date + span, then["identities"]))
    interventions = lake.read("interventions", bucket) if lake.has("interventions") else None
    meanwhile = label.model_copy(update={"horizon_days": days - label.lead_days})
    weighted = add_treatment(pl.concat(parts), interventions, meanwhile, compute_campaign_sizes(lake))
    counted = weighted.filter(pl.col("missing").is_null(), pl.col("observed").is_not_null(), pl.col("weight") > 0)
    is_early = pl.col("observed").cast(pl.Int8) == label.early
    return counted.select("customer_id", "as_of", seen=is_early).sort("customer_id", "as_of")


def _find_moving(
    tables: Mapping[str, pl.DataFrame], identities: pl.DataFrame, ends: Sequence[datetime]
) -> pl.Expr:
    """Select the rows of customers about whom more is known now than at the end of a date's days.

    All dates of the other customers are judged in one pass.
    """
    bounds = pl.Series(ends, dtype=INSTANT)
    names = [identities["alias"], identities["customer_id"]]
    for name, rows in tables.items():
        happened, known_cell = (
            bounds.search_sorted(rows[clock], side="right") for clock in (_clock(name), "known_at")
        )
        late = (happened < known_cell) & rows["known_at"].is_not_null()
        names.append(rows["customer_id"].filter(late | rows["superseded_at"].is_not_null()))
    return pl.col("customer_id").is_in(pl.concat(names).unique().implode())


def _clock(name: str) -> str:
    return get_table(name).event_time or "known_at"
