"""The input of a night's list: active customers, what is known about them, and the previous list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.worklist.bucket_snapshot import NO_CONTACTS, BucketSnapshot
from lealtad.worklist.campaign_arms import read_arms
from lealtad.worklist.reasons.histories import Histories
from lealtad.worklist.reasons.news import list_news
from lealtad.worklist.stored_lists import read_last_list
from lealtad.worklist.value import compute_days_staying

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.playbook import Playbook
    from lealtad.lake import Lake

__all__ = ["NO_CONTACTS", "Night", "gather_night"]


@dataclass(frozen=True)
class Night:
    """The customers of a company on a night, as needed for a list.

    Attributes
    ----------
    as_of
        The moment of the night; nothing known later is used.
    candidates
        One row per active customer, scored or not, by id: the scores, `value_at_stake` (null where unknown),
        `segment, language, country, consent_contact`, `campaign_contact_at, last_contact_at, open_complaint`,
        `promoter_probability, promoter_basis`, and the requested features.
    contacts
        `customer_id, action, contacted_at` of earlier campaigns.
    previous
        The rows of the previous list, including the holdout; empty if there is none.
    arms
        `customer_id, arm, awaited` of the customers who keep their arm, as `find_lasting_arms` returns them. None
        uses those of the previous list whose outcome is still awaited.
    changed
        Customers of the previous list with new facts since then. None: no plan is kept.
    """

    as_of: datetime
    candidates: pl.DataFrame
    contacts: pl.DataFrame
    previous: pl.DataFrame
    arms: pl.DataFrame | None = None
    changed: pl.Series | None = None

    @property
    def lasting_arms(self) -> pl.DataFrame:
        """The arms that this night's list must keep."""
        if self.arms is not None:
            return self.arms
        return self.previous.select("customer_id", "arm", awaited=pl.lit(value=True)).sort("customer_id")


def gather_night(  # noqa: PLR0913, PLR0917 - what a night is made of
    lake: Lake,
    definition: ModelDefinition,
    scores: pl.DataFrame,
    promoters: pl.DataFrame,
    playbook: Playbook,
    columns: Collection[str] = (),
) -> Night:
    """Gather the customers of a night and everything a list needs to know about them.

    Parameters
    ----------
    lake
        A lake with the features of the night.
    definition
        Definition of the churn model: its horizon, and how the value of a customer is computed.
    scores
        Scores of one night, as `lealtad.models.scoring` returns them; one row per active customer.
    promoters
        `customer_id, promoter_probability, promoter_basis` of the night; customers may be absent.
    playbook
        Defines the campaign of the night and the priorities of complaints.
    columns
        Features that the effect of a contact depends on.
    """
    as_of = scores["as_of"][0]
    snapshots = [BucketSnapshot(lake, bucket, as_of) for bucket in lake.buckets]
    staying = _compute_days_staying(scores, definition)
    states = [
        snapshot.describe(definition.value, staying, playbook.complaint_priorities, columns)
        for snapshot in snapshots
    ]
    candidates = (
        scores.sort("customer_id")
        .join(promoters, on="customer_id", how="left", maintain_order="left")
        .join(pl.concat(states, how="diagonal"), on="customer_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("promoter_basis").fill_null("unknown"), pl.col("open_complaint").fill_null(value=False)
        )
    )
    contacts = pl.concat([NO_CONTACTS, *(snapshot.contacts for snapshot in snapshots)])
    awaited_days = definition.label.lead_days + definition.label.horizon_days
    arms = read_arms(lake, playbook.campaign_id(as_of), as_of, awaited_days)
    previous = read_last_list(lake, as_of)
    return Night(as_of, candidates, contacts, previous, arms, find_changed(lake, previous, as_of))


def find_changed(lake: Lake, previous: pl.DataFrame, as_of: datetime) -> pl.Series:
    """Return the customers of the previous list with facts that became known since then."""
    customers = previous["customer_id"].unique().sort().to_list()
    if not customers:
        return pl.Series("customer_id", [], dtype=pl.String)
    since, histories = previous["as_of"][0], Histories(lake, as_of, customers)
    changed = [customer for customer in customers if list_news(histories, customer, since)]
    return pl.Series("customer_id", changed, dtype=pl.String)


def _compute_days_staying(scores: pl.DataFrame, definition: ModelDefinition) -> float:
    """Return the average number of days within the decision's horizon for which a customer stays."""
    scored = scores["probability"].drop_nulls().to_numpy()
    churn = float(scored.mean()) if len(scored) else 0.0
    return compute_days_staying(churn, definition.label.horizon_days, definition.value.decision_days)
