"""Contractual churn: a customer's last contract ends and does not resume within the grace period."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis.spells import build_spells, select_active_spells
from lealtad.lake import NO_IDENTITIES, express_person, resolve_people, select_as_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.company.outcome_definition import Contractual

_FAR = datetime(2200, 1, 1, tzinfo=UTC)  # for contracts that have not ended
_NOBODY = pl.DataFrame(schema={"customer_id": pl.String, "as_of": INSTANT, "missing": pl.String})


def compute_contractual(
    subscriptions: pl.DataFrame,
    as_of: Sequence[datetime],
    label: Contractual,
    end: datetime,
    identities: pl.DataFrame = NO_IDENTITIES,
) -> pl.DataFrame:
    """Return the customers under contract and whether they then churned, one row per (customer_id, as_of).

    Contracts are judged by what was known at the date, under the ids at that date. The outcome is judged by what
    is known now, under all ids of the customer.

    Parameters
    ----------
    subscriptions
        Every version of the contract changes, with `known_at`, as `Lake.history` returns them.
    as_of
        UTC instants.
    label
        Active: any contract that began and has not ended, paused or not. Churned: the customer's last contract
        ends in `[as_of + lead, as_of + lead + horizon)`, and none begins or resumes within grace.
    end
        The end of the data.
    identities
        Every identity, whatever its date, as in `Lake.identity_history`.

    Returns
    -------
    `customer_id, as_of, missing, observed`; sorted. `missing` is "history" if the first contract began less than
    `history_days` ago, else null. `observed` is null (censored) if horizon and grace period extend past `end`. It
    is null if the customer churned before the horizon, unnoticed or within the lead time. If only voluntary ends
    count, it is null if the company ended the contract.

    Examples
    --------
    >>> from datetime import UTC
    >>> from lealtad.company.outcome_definition import Contractual
    >>> days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3)]
    >>> changes = pl.DataFrame({"subscription_id": ["s", "s"], "customer_id": ["a", "a"], "occurred_at": days,
    ...                         "event": ["start", "end"], "voluntary": [None, True], "known_at": days})
    >>> asked = [datetime(2026, 2, day, tzinfo=UTC) for day in (1, 10)]
    >>> compute_contractual(changes, asked, Contractual(), datetime(2026, 6, 1, tzinfo=UTC))["observed"].to_list()
    [False, True]
    """
    dates = sorted(set(as_of))
    active = pl.concat(
        [
            _NOBODY,
            *(_find_under_contract(select_as_of(subscriptions, identities, date), date, label) for date in dates),
        ]
    )
    person = express_person(resolve_people(identities)).alias("person")
    stays = find_stays(select_as_of(subscriptions, identities), label.grace_days)
    opens = pl.col("as_of") + timedelta(days=label.lead_days)
    judged = (
        active.with_columns(person, opens.alias("opens"))
        .sort("opens")
        .join_asof(
            stays.rename({"customer_id": "person"}).sort("from_at"),
            left_on="opens",
            right_on="from_at",
            by="person",
            check_sortedness=False,
        )
    )
    observed = _express_observed(label, end).alias("observed")
    return judged.select("customer_id", "as_of", "missing", observed).sort("customer_id", "as_of")


def _express_observed(label: Contractual, end: datetime) -> pl.Expr:
    """Express whether a stay from `from_at` ends in the horizon that `opens`; null if that is unknown."""
    closes = pl.col("opens") + timedelta(days=label.horizon_days)
    until = pl.col("until_at")
    is_known = pl.col("as_of") + timedelta(days=label.outcome_days) <= end
    wanted = pl.col("voluntary").fill_null(value=True) | (not label.voluntary)
    return (
        pl.when(pl.col("from_at").is_null() | (until < pl.col("opens")) | ~is_known)
        .then(None)
        .when(until < closes)
        .then(pl.when(wanted).then(statement=True))
        .otherwise(pl.lit(value=False))
    )


def _find_under_contract(known: pl.DataFrame, date: datetime, label: Contractual) -> pl.DataFrame:
    """Return the customers with a contract in force, as known before the date."""
    happened = known.filter(pl.col("occurred_at") < date)
    first = happened.group_by("customer_id").agg(pl.col("occurred_at").min().alias("first"))
    short = pl.col("first") > date - timedelta(days=label.history_days)
    customers = select_active_spells(build_spells(happened, None), date).select("customer_id").unique()
    return customers.join(first, on="customer_id").select(
        "customer_id",
        pl.lit(date, INSTANT).alias("as_of"),
        pl.when(short).then(pl.lit("history")).alias("missing"),
    )


def find_stays(subscriptions: pl.DataFrame, grace_days: float) -> pl.DataFrame:
    """Return the periods with any contract of each customer, closing gaps of up to `grace_days`.

    Returns
    -------
    `customer_id, from_at, until_at` (null if it still lasts) and `voluntary` (null if it still lasts): false if
    the company ended the contract.
    """
    spells = build_spells(subscriptions, None).select("customer_id", "from_at", "until_at")
    far = pl.lit(_FAR).cast(INSTANT)
    ordered = spells.with_columns(pl.col("until_at").fill_null(far)).sort("customer_id", "from_at", "until_at")
    reached = pl.col("until_at").cum_max().shift(1).over("customer_id")
    begins = (pl.col("from_at") > reached + timedelta(days=grace_days)).fill_null(value=True)
    numbered = ordered.with_columns(begins.cum_sum().over("customer_id").alias("stay"))
    stays = numbered.group_by("customer_id", "stay").agg(pl.col("from_at").min(), pl.col("until_at").max())
    ends = subscriptions.filter(pl.col("event") == "end")
    wanted = pl.col("voluntary") if "voluntary" in ends.columns else pl.lit(value=True)
    reasons = ends.group_by("customer_id", pl.col("occurred_at").alias("until_at")).agg(
        wanted.fill_null(value=True).all().alias("voluntary")
    )
    lasting = pl.when(pl.col("until_at") < far).then("until_at").alias("until_at")
    explained = stays.join(reasons, on=["customer_id", "until_at"], how="left")
    return explained.select("customer_id", "from_at", lasting, "voluntary").sort("customer_id", "from_at")
