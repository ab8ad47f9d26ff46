"""Contacts that a customer received in a retention campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.stream import Stream
from lealtad.sources.contract.outcomes import is_contact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile


def derive_contacts(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the assignments that led to a contact, by `contacted_at`, known when it was made and recorded.

    An attempt that reached nobody is none. The outcome of the others is not a fact of the stream.
    """
    interventions = tables["interventions"]
    reached = interventions.filter(is_contact(interventions.columns))
    known_at = pl.max_horizontal("contacted_at", "known_at").alias("known_at")
    return (
        reached.with_columns(known_at)
        .drop("outcome")
        .sort("customer_id", "known_at", "contacted_at", "campaign_id", "assigned_at")
    )


STREAMS = (Stream("retention_contacts", ("interventions",), "contacted_at", derive_contacts),)
