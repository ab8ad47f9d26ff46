"""The customers of one bucket on a night: groups, value, contacts and complaints as known then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.kpis import tickets
from lealtad.kpis.segments import describe_customers
from lealtad.sources.contract.outcomes import REFUSES_CONTACT, express_outcome, is_contact
from lealtad.worklist.value import NO_VALUES, compute_value_at_stake

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from lealtad.company.model_settings import CustomerValue
    from lealtad.lake import Lake

_GROUPS = ("segment", "language", "country", "consent_contact")
_REOPENED_DAYS = 7
_DAY_SECONDS = 86_400
_FEATURES = ("days_since_company_contact", "tenure_days", "open_tickets", "days_since_cancel_request")
_VALUE_TABLES = ("subscriptions", "orders")
NO_CONTACTS = pl.DataFrame(schema={"customer_id": pl.String, "action": pl.String, "contacted_at": INSTANT})


@dataclass(frozen=True)
class BucketSnapshot:
    """One bucket of a lake as known before a moment."""

    lake: Lake
    bucket: int
    as_of: datetime

    def describe(
        self, value: CustomerValue, days_staying: float, priorities: Collection[str], columns: Collection[str]
    ) -> pl.DataFrame:
        """Return one row per customer of the bucket with everything a list needs besides the scores.

        Parameters
        ----------
        value
            How the value of a customer is computed.
        days_staying
            Days of the decision's horizon for which a customer stays on average.
        priorities
            The ticket priorities that make an open ticket a complaint.
        columns
            More features to read.

        Returns
        -------
        `customer_id`, the features, `last_contact_at, segment, language, country, consent_contact, value_at_stake,
        campaign_contact_at, open_complaint`; null if unknown.
        """
        by_campaign = self.contacts.group_by("customer_id").agg(campaign_contact_at=pl.col("contacted_at").max())
        return (
            self._read_features(columns)
            .join(self._read_groups(), on="customer_id", how="full", coalesce=True)
            .join(self._compute_values(value, days_staying), on="customer_id", how="left")
            .join(by_campaign, on="customer_id", how="left")
            .join(self._find_complaints(priorities), on="customer_id", how="left")
            .with_columns(last_contact_at=pl.max_horizontal("last_contact_at", "campaign_contact_at"))
        )

    @cached_property
    def contacts(self) -> pl.DataFrame:
        """`customer_id, action, contacted_at` of the contacts that campaigns made before the night."""
        if not self.lake.has("interventions") or "contacted_at" not in self.lake.columns("interventions"):
            return NO_CONTACTS
        rows = self.lake.read(
            "interventions",
            self.bucket,
            columns=["customer_id", "action", "contacted_at", "outcome"],
            where=pl.col("contacted_at") < self.as_of,
            as_of=self.as_of,
        )
        rows = rows.filter(is_contact(rows.columns))
        action = pl.col("action") if "action" in rows.columns else pl.lit(None, pl.String)
        return rows.select("customer_id", action.alias("action"), "contacted_at")

    def _read(self, name: str) -> pl.DataFrame:
        return self.lake.read(name, self.bucket, as_of=self.as_of)

    def _read_features(self, columns: Collection[str]) -> pl.DataFrame:
        """Return `customer_id`, the features of the night, and `last_contact_at` of the company."""
        rows = self.lake.read(
            "features",
            self.bucket,
            columns=["customer_id", *sorted({*_FEATURES, *columns} & self.lake.columns("features"))],
            where=pl.col("as_of") == self.as_of,
        )
        absent = [pl.lit(None, pl.Float64).alias(name) for name in _FEATURES if name not in rows.columns]
        seconds = (pl.col("days_since_company_contact") * _DAY_SECONDS).round().cast(pl.Int64)
        last_contact = pl.lit(self.as_of).cast(INSTANT) - pl.duration(seconds=seconds)
        return rows.with_columns(absent).with_columns(last_contact_at=last_contact)

    def _read_groups(self) -> pl.DataFrame:
        """Return the groups of each customer; an opt-out reported to a campaign overrules an older consent."""
        customers = describe_customers(self._read("customers"), self.as_of, (*_GROUPS, "valid_from"))
        rows = customers.join(self._read_refusals(), on="customer_id", how="left")
        # a newer version of the customer states the consent again
        is_younger = (pl.col("valid_from") > pl.col("refused_at")).fill_null(value=False)
        refuses = pl.col("refused_at").is_not_null() & ~is_younger
        consent = pl.when(refuses).then(pl.lit(value=False)).otherwise("consent_contact")
        return rows.with_columns(consent_contact=consent).select("customer_id", *_GROUPS)

    def _read_refusals(self) -> pl.DataFrame:
        """Return `customer_id, refused_at`: when a customer last asked a campaign not to contact them again."""
        if not self.lake.has("interventions") or "outcome" not in self.lake.columns("interventions"):
            return pl.DataFrame(schema={"customer_id": pl.String, "refused_at": INSTANT})
        rows = self._read("interventions")
        refused_at = pl.coalesce([name for name in ("contacted_at", "assigned_at") if name in rows.columns])
        refusals = rows.filter(express_outcome(rows.columns) == REFUSES_CONTACT, refused_at < self.as_of)
        return refusals.group_by("customer_id").agg(refused_at.max().alias("refused_at"))

    def _compute_values(self, value: CustomerValue, days_staying: float) -> pl.DataFrame:
        tables = {name: self._read(name) for name in _VALUE_TABLES if self.lake.has(name)}
        return compute_value_at_stake(tables, self.as_of, value, days_staying) if tables else NO_VALUES

    def _find_complaints(self, priorities: Collection[str]) -> pl.DataFrame:
        """Return the customers with an open ticket of one of the priorities, or with one just reopened."""
        events = self._read("ticket_events") if self.lake.has("ticket_events") else pl.DataFrame()
        if events.is_empty():
            return pl.DataFrame(schema={"customer_id": pl.String, "open_complaint": pl.Boolean})
        # later events of a ticket may be known before its creation is
        created = events.filter(pl.col("event") == "created").select("ticket_id").unique()
        open_tickets = tickets(events.join(created, on="ticket_id", how="semi"), as_of=self.as_of).filter(
            "is_open"
        )
        is_pressing = (
            pl.col("priority").is_in(list(priorities))
            if "priority" in open_tickets.columns
            else pl.lit(value=False)
        )
        since = self.as_of - timedelta(days=_REOPENED_DAYS)
        is_reopened = pl.col("is_reopened") & (pl.col("last_solved_at") >= since)
        complaints = open_tickets.filter(is_pressing | is_reopened.fill_null(value=False))
        return complaints.select("customer_id", open_complaint=pl.lit(value=True)).unique()
