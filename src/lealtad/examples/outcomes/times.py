"""Time to churn: the days until active customers churned, or for which they are known to have stayed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.base.instants import INSTANT
from lealtad.company.outcome_definition import Contractual
from lealtad.examples.outcomes.contractual import compute_contractual, find_stays
from lealtad.examples.outcomes.outcomes import check_tables
from lealtad.lake import NO_IDENTITIES, express_person, resolve_people, select_as_of
from lealtad.lake.timeline import find_end_of_data
from lealtad.sources.contract.outcomes import is_contact

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake

_MICROSECONDS = 86_400e6


def compute_times(lake: Lake, label: Label, as_of: Sequence[datetime]) -> pl.DataFrame:
    """Return how long the active customers of each date stayed, one row per (customer_id, as_of).

    Returns
    -------
    See `compute_table_times`.

    Raises
    ------
    SettingsError
        If the label is inactivity: a silence begins at no event, so it has no date of its own.
    LakeError
        If the lake lacks a table that the label needs.
    """
    dated = _date_rows(label)
    check_tables(lake, dated)
    end, identities = find_end_of_data(lake), lake.identity_history
    parts = []
    for bucket in lake.buckets:
        interventions = lake.read("interventions", bucket) if lake.has("interventions") else None
        changes = lake.history("subscriptions", bucket)
        parts.append(compute_table_times(changes, as_of, dated, end, identities, interventions=interventions))
    return pl.concat(parts)


def compute_table_times(  # noqa: PLR0913 - the tables, and what is asked of them
    subscriptions: pl.DataFrame,
    as_of: Sequence[datetime],
    label: Contractual,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
    *,
    interventions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return how long customers under contract stayed after each date, one row per (customer_id, as_of).

    Active and churned are defined as in `compute_contractual`; lead and horizon play no part.

    Parameters
    ----------
    subscriptions
        Every version of the contract changes, with `known_at`.
    interventions
        Assignments as known now; None if there are none. Customers are observed until their first contact,
        unless the label keeps the treated.

    Returns
    -------
    `customer_id, as_of, missing, churned_after_days, censored_after_days`; sorted. One of the two times is null.
    Churned customers have the days from `as_of` to the end of their last contract. The others have the days for
    which they are known to have stayed:

    - until the end of the data minus the grace period, when it is known whether an ended contract resumes;
    - until the company itself ended the contract, if only voluntary ends count;
    - 0 for customers who churned before the date, unnoticed.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3)]
    >>> changes = pl.DataFrame({"subscription_id": ["s", "s"], "customer_id": ["a", "a"], "occurred_at": days,
    ...                         "event": ["start", "end"], "voluntary": [None, True], "known_at": days})
    >>> asked = [datetime(2026, 2, 1, tzinfo=UTC)]
    >>> compute_table_times(changes, asked, Contractual(), datetime(2026, 6, 1, tzinfo=UTC)).row(0)[3:]
    (28.0, None)
    >>> compute_table_times(changes, asked, Contractual(), datetime(2026, 3, 8, tzinfo=UTC)).row(0)[3:]
    (None, 21.0)
    """
    active = compute_contractual(subscriptions, as_of, label, end, identities).drop("observed")
    person = express_person(resolve_people(identities)).alias("person")
    stays = find_stays(select_as_of(subscriptions, identities), label.grace_days).rename({"customer_id": "person"})
    judged = (
        active.with_columns(person)
        .sort("as_of")
        .join_asof(stays.sort("from_at"), left_on="as_of", right_on="from_at", by="person", check_sortedness=False)
    )
    reached = _find_first_contact(active, interventions) if label.treated != "keep" else None
    met = judged if reached is None else judged.join(reached, on=["customer_id", "as_of"], how="left")
    contacted = pl.lit(None, INSTANT) if reached is None else pl.col("contacted")
    until, settled = pl.col("until_at"), pl.lit(end - timedelta(days=label.grace_days))
    wanted = pl.col("voluntary").fill_null(value=True) | (not label.voluntary)
    here = pl.col("from_at").is_not_null() & (until.is_null() | (until >= pl.col("as_of")))
    # min_horizontal ignores nulls, so events that never happened set no limit
    last_seen = pl.when(here).then(pl.min_horizontal(settled, until, contacted)).otherwise(pl.col("as_of"))
    churned = here & wanted & (until <= pl.min_horizontal(settled, contacted))
    days = (pl.max_horizontal(last_seen, "as_of") - pl.col("as_of")).dt.total_microseconds() / _MICROSECONDS
    churned = churned.fill_null(value=False)
    return met.select(
        "customer_id",
        "as_of",
        "missing",
        pl.when(churned).then(days).alias("churned_after_days"),
        pl.when(~churned).then(days).alias("censored_after_days"),
    ).sort("customer_id", "as_of")


def _date_rows(label: Label) -> Contractual:
    if isinstance(label, Contractual):
        return label
    raise SettingsError(
        place="time to churn",
        expected="[label] kind = 'contractual', whose outcome is an event with a date",
        found=f"kind = '{label.kind}': a silence ends nothing on any day",
        fix="For customers without contracts, use the probability of the horizon instead.",
    )


def _find_first_contact(active: pl.DataFrame, interventions: pl.DataFrame | None) -> pl.DataFrame | None:
    """Return `customer_id, as_of, contacted`: the first intervention that reached, or was to reach, a customer."""
    if interventions is None:
        return None
    contacted = "contacted_at" if "contacted_at" in interventions.columns else pl.lit(None, INSTANT)
    reached = is_contact(interventions.columns)
    at = pl.coalesce(pl.when(reached).then(contacted), "assigned_at")
    contacts = interventions.filter((pl.col("arm") == "treated") | reached).select(
        "customer_id", at.alias("contacted")
    )
    after = active.select("customer_id", "as_of").join(contacts, on="customer_id")
    return (
        after.filter(pl.col("contacted") >= pl.col("as_of"))
        .group_by("customer_id", "as_of")
        .agg(pl.col("contacted").min())
    )
