"""The customers who may take part in an experiment on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.base.instants import INSTANT
from lealtad.examples.outcomes.outcomes import compute_table_outcomes
from lealtad.kpis.grouping import select_attributes

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.outcome_definition import Label
    from lealtad.experiments.plan import ExperimentPlan
    from lealtad.lake import Lake

GROUPS = ("segment", "country", "language")


def find_eligible(
    lake: Lake, plan: ExperimentPlan, label: Label, as_of: datetime, *, assume_consent: bool = False
) -> pl.DataFrame:
    """Return the customers who may take part, one row each, by what was known before a moment.

    Parameters
    ----------
    label
        Defines active customers, where the plan asks for them.
    assume_consent
        Whether customers without a known choice consent; those who opted out never take part.

    Returns
    -------
    `customer_id, unit_id, assigned_at` (the moment) and `segment, country, language`; sorted by customer.

    Raises
    ------
    DataError
        If the unit is the account and the customers have none.
    """
    parts = [_find_in_bucket(lake, bucket, plan, label, as_of, assume_consent) for bucket in lake.buckets]
    customers = pl.concat(parts).sort("customer_id")
    if plan.unit == "account" and (customers.is_empty() or customers["unit_id"].null_count()):
        raise DataError(
            table="customers",
            column="account_id",
            expected="an account for every customer, as the plan says unit = 'account'",
            found=f"{customers['unit_id'].null_count():,} of {customers.height:,} customers without one",
            fix="Load account_id with the customers, or write unit = 'customer' in the plan.",
        )
    return customers


def _find_in_bucket(  # noqa: PLR0913, PLR0917 - as above
    lake: Lake,
    bucket: int,
    plan: ExperimentPlan,
    label: Label,
    as_of: datetime,
    assume_consent: bool,
) -> pl.DataFrame:
    known = select_attributes(lake.read("customers", bucket, as_of=as_of), as_of)
    absent = [name for name in (*GROUPS, "account_id") if name not in known.columns]
    customers = known.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    consent = pl.col("consent_contact") if "consent_contact" in known.columns else pl.lit(None, pl.Boolean)
    wanted = [pl.col(name).is_in(list(values)) for name, values in plan.population.groups.items()]
    chosen = customers.filter(consent.fill_null(value=assume_consent), *wanted)
    if plan.population.active:
        names = (*label.tables, *(name for name in label.beside if lake.has(name)))
        tables = {name: lake.read(name, bucket, as_of=as_of) for name in names}
        active = compute_table_outcomes(tables, [as_of], label, as_of)
        chosen = chosen.join(active, on="customer_id", how="semi")
    unit = "customer_id" if plan.unit == "customer" else "account_id"
    return chosen.select(
        "customer_id",
        pl.col(unit).cast(pl.String).alias("unit_id"),
        pl.lit(as_of).cast(INSTANT).alias("assigned_at"),
        *(pl.col(name).cast(pl.String) for name in GROUPS),
    )
