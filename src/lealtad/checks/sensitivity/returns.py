"""Customers who came back after they churned: false churn, as later data show."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.company.outcome_definition import Contractual
from lealtad.examples.features.streams.orders import select_purchases
from lealtad.examples.outcomes.contractual import find_stays
from lealtad.lake import express_person, resolve_people, select_as_of
from lealtad.sources.contract import get_table

if TYPE_CHECKING:
    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake


def find_returning(lake: Lake, label: Label, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return which churned customers are known to have come back later.

    Parameters
    ----------
    outcomes
        `customer_id, as_of, observed`.

    Returns
    -------
    The churned rows, with `returned`. It states whether a contract began or resumed after the churn, or an order
    was placed after the silence, by the time of the load. Recently churned customers had little time to come back.
    """
    churned = outcomes.filter("observed")
    identities = lake.identity_history
    person = express_person(resolve_people(identities)).alias("person")
    by, clock = lake.loaded_at, pl.col(str(get_table(label.tables[0]).event_time))
    parts = []
    for bucket in lake.buckets:
        rows = select_as_of(lake.history(label.tables[0], bucket), identities)
        parts.append(_find_last_sign(rows if by is None else rows.filter(clock <= by), label))
    signs = pl.concat(parts).rename({"customer_id": "person"}).group_by("person").agg(pl.col("last").max())
    opens = pl.col("as_of") + timedelta(days=label.lead_days)
    if isinstance(label, Contractual):
        back = pl.col("last") > opens  # the period as a customer that ended had begun by then
    else:
        back = pl.col("last") >= opens + timedelta(days=label.horizon_days)
    joined = churned.with_columns(person).join(signs, on="person", how="left", maintain_order="left")
    return joined.with_columns(back.fill_null(value=False).alias("returned")).drop("person", "last")


def _find_last_sign(known: pl.DataFrame, label: Label) -> pl.DataFrame:
    """Return `customer_id, last`: when each person last began or resumed a contract, or bought."""
    if isinstance(label, Contractual):
        begun = find_stays(known, label.grace_days).select("customer_id", at="from_at")
    else:
        begun = select_purchases(known).select("customer_id", at="ordered_at")
    return begun.group_by("customer_id").agg(pl.col("at").max().alias("last"))
