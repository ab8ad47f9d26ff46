"""Outreach: what the company sent, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.engine.facts import divide
from lealtad.examples.features.families.journey import BY_COMPANY
from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import AS_OFTEN, CONTACTS, COUPONS, DAYS, MAILINGS

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

REDEEMED = pl.col("touchpoint") == "coupon_redemption"


@feature(source="touchpoints", unit=MAILINGS, about="contact", windows=(56,), actionable=True)
def contacts_by_company(facts: Facts, window: int) -> Matrix:
    """Touchpoints of the window that the company started (count)."""
    return facts.count(window, where=BY_COMPANY)


@feature(source="touchpoints", unit=COUPONS, about="coupons", windows=(112,), actionable=True)
def coupons_redeemed(facts: Facts, window: int) -> Matrix:
    """Coupons that the customer redeemed in the window (count)."""
    return facts.count(window, where=REDEEMED)


@feature(source="touchpoints", unit=DAYS, about="contact", null="never contacted", actionable=True)
def days_since_company_contact(facts: Facts) -> Matrix:
    """Time since the newest contact that the company started (days)."""
    return facts.days_since(where=BY_COMPANY)


@feature(
    source="touchpoints",
    unit=AS_OFTEN,
    about="fatigue",
    windows=(91,),
    null="no contact of their own in the window",
    actionable=True,
)
def company_to_own_contacts(facts: Facts, window: int) -> Matrix:
    """Contacts of the window that the company started over those that the customer started (times)."""
    return divide(facts.count(window, where=BY_COMPANY), facts.count(window, where=~BY_COMPANY))


@feature(source="touchpoints", unit=MAILINGS, about="fatigue", null="no contact yet", actionable=True)
def unanswered_contacts(facts: Facts) -> Matrix:
    """Contacts that the company started since the customer's last own one (count)."""
    return facts.last("unanswered")


@feature(source="retention_contacts", unit=CONTACTS, about="retention", windows=(91, 364), actionable=True)
def retention_contacts(facts: Facts, window: int) -> Matrix:
    """Contacts received in retention campaigns in the window (count)."""
    return facts.count(window)


@feature(source="retention_contacts", unit=CONTACTS, about="retention", windows=(364,))
def retention_campaigns(facts: Facts, window: int) -> Matrix:
    """Different retention campaigns of which a contact was received in the window (count)."""
    return facts.distinct("campaign_id", window)


@feature(source="retention_contacts", unit=DAYS, about="retention", null="no such contact yet")
def days_since_retention_contact(facts: Facts) -> Matrix:
    """Time since the newest contact received in a retention campaign (days)."""
    return facts.days_since()
