"""The outcome of any kind of definition: active customers, whether they can be scored, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import LakeError
from lealtad.company.outcome_definition import Contractual, Invited
from lealtad.examples.outcomes.answers import compute_answers
from lealtad.examples.outcomes.contractual import compute_contractual
from lealtad.examples.outcomes.inactivity import compute_inactivity
from lealtad.examples.outcomes.treatment import add_treatment, compute_campaign_sizes
from lealtad.lake import NO_IDENTITIES
from lealtad.lake.timeline import find_end_of_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake


def compute_outcomes(
    lake: Lake, label: Label, as_of: Sequence[datetime], bucket: int | None = None
) -> pl.DataFrame:
    """Return what the active customers did after each date, one row per (customer_id, as_of).

    Parameters
    ----------
    bucket
        Only the customers of this bucket of the lake; None for all.

    Returns
    -------
    - `customer_id, as_of`;
    - `missing`: null if the customer can be scored, else a code of what is missing;
    - `observed`: whether the outcome happened; null, never false, where that is unknown;
    - `treated`: whether an intervention reached, or was assigned to reach, the customer in the outcome's time;
    - `weight`: how many customers the row represents in training; more than 1 for a campaign's holdout, 0 for rows
    that are left out.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    check_tables(lake, label)
    end, identities, sizes = find_end_of_data(lake), lake.identity_history, compute_campaign_sizes(lake)
    parts = []
    for part in lake.buckets if bucket is None else [bucket]:
        names = (*label.tables, *(name for name in label.beside if lake.has(name)))
        tables = {name: lake.history(name, part) for name in names}
        observed = compute_table_outcomes(tables, as_of, label, end, identities)
        interventions = lake.read("interventions", part) if lake.has("interventions") else None
        parts.append(add_treatment(observed, interventions, label, sizes))
    return pl.concat(parts)


def check_tables(lake: Lake, label: Label) -> None:
    """Refuse a lake that lacks a table of the outcome.

    Raises
    ------
    LakeError
        If one is missing; the message names the first.
    """
    absent = [name for name in label.tables if not lake.has(name)]
    if absent:
        raise LakeError(
            path=lake.root,
            expected=f"the table {absent[0]}, which {label.kind} outcomes are made of",
            found="none",
            fix="Load it with lealtad ingest, or choose another [label] kind in model.toml.",
        )


def compute_table_outcomes(
    tables: Mapping[str, pl.DataFrame],
    as_of: Sequence[datetime],
    label: Label,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
) -> pl.DataFrame:
    """Return what the active customers of some tables did after each date, one row per (customer_id, as_of).

    Parameters
    ----------
    tables
        By name, every version of every row of the tables that the label needs or also reads, with `known_at`.
    as_of
        UTC instants.
    label
        The outcome's definition; its kind decides which of the three functions computes it.
    end
        The end of the data.
    identities
        Every identity, whatever its date, as in `Lake.identity_history`.

    Returns
    -------
    `customer_id, as_of, missing, observed`; sorted. See `compute_answers`, `compute_contractual` and
    `compute_inactivity`.
    """
    if isinstance(label, Invited):
        return compute_answers(tables, as_of, label, end, identities)
    if isinstance(label, Contractual):
        return compute_contractual(tables["subscriptions"], as_of, label, end, identities)
    return compute_inactivity(tables["orders"], as_of, label, end, identities)
