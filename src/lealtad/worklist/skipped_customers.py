"""Skipped customers: whom the team must not contact now, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.playbook import Playbook

RESTRAINTS = ("consent", "cooling_off", "complaint", "recent_contact", "negative_uplift")


def find_skipped(
    candidates: pl.DataFrame, playbook: Playbook, as_of: datetime, options: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the customers to skip, each with the first rule that applies.

    Parameters
    ----------
    candidates
        One row per customer: `customer_id, consent_contact` (null if unknown), `campaign_contact_at`
        (last contact of a campaign), `last_contact_at` (of the company by any channel), `open_complaint` (an open
        ticket of a listed priority, or one just reopened). Null times mean never, a null complaint means none.
        Times at or after `as_of` do not count.
    options
        `customer_id, gain, saved_high` of the actions each may get; None: gains are not judged.

    Returns
    -------
    `customer_id, restraint`, in the order of the candidates. The rules in order: `consent`, the customer opted out
    (also by the outcome do_not_contact) or never agreed; `cooling_off`, contacted by a campaign within
    `cooling_off_days`; `complaint`; `recent_contact`, contacted by any channel within `recent_contact_days`;
    `negative_uplift`, every permitted action drives the customer away rather than saves, or costs more than it
    brings. The last rule skips no customer with an unknown gain or without a permitted action. Customers drawn at
    random may be contacted in spite of it.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from lealtad.company.playbook import Playbook
    >>> candidates = pl.DataFrame({"customer_id": ["a", "b"], "consent_contact": [True, None],
    ...                            "campaign_contact_at": [datetime(2026, 11, 20, tzinfo=UTC)] * 2,
    ...                            "last_contact_at": [None, None], "open_complaint": [False, True]})
    >>> find_skipped(candidates, Playbook(), datetime(2026, 11, 24, tzinfo=UTC)).rows()
    [('a', 'cooling_off'), ('b', 'consent')]
    """
    holds = {
        "consent": ~pl.col("consent_contact").fill_null(pl.lit(playbook.assume_consent)),
        "cooling_off": _is_within("campaign_contact_at", playbook.cooling_off_days, as_of),
        "complaint": pl.col("open_complaint"),
        "recent_contact": _is_within("last_contact_at", playbook.recent_contact_days, as_of),
        "negative_uplift": pl.col("negative"),
    }
    judged = candidates.join(
        _find_negative(candidates, options), on="customer_id", how="left", maintain_order="left"
    )
    first = pl.coalesce(pl.when(holds[name]).then(pl.lit(name)) for name in RESTRAINTS)
    return judged.select("customer_id", restraint=first).drop_nulls("restraint")


def count_skipped(skipped: pl.DataFrame) -> pl.DataFrame:
    """Count the skipped customers by rule: `restraint, customers`, in the order of the rules, including zeros."""
    counts = skipped.group_by("restraint").agg(customers=pl.len().cast(pl.Int64))
    every = pl.DataFrame({"restraint": RESTRAINTS}, schema={"restraint": pl.String})
    return every.join(counts, on="restraint", how="left", maintain_order="left").with_columns(
        pl.col("customers").fill_null(0)
    )


def _is_within(column: str, days: int, as_of: datetime) -> pl.Expr:
    at = pl.col(column).cast(INSTANT)
    return (at < as_of) & (at >= as_of - timedelta(days=days))


def _find_negative(candidates: pl.DataFrame, options: pl.DataFrame | None) -> pl.DataFrame:
    """Return for each customer with known gains whether all of them are below 0."""
    if options is None:
        return pl.DataFrame(schema={"customer_id": candidates["customer_id"].dtype, "negative": pl.Boolean})
    harm = (pl.col("saved_high") < 0) | (pl.col("gain") < 0)
    return options.group_by("customer_id").agg(harm.all(ignore_nulls=False).alias("negative"))
