"""Outreach: what the company sent, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.features.feature import feature
from lealtad.features.units import COUPONS, MAILINGS

if TYPE_CHECKING:
    from lealtad.features.facts import Facts, Matrix

BY_COMPANY = pl.col("initiated_by") == "company"
REDEEMED = pl.col("touchpoint") == "coupon_redemption"


@feature(
    source="touchpoints",
    unit=MAILINGS,
    about="contact",
    windows=(56,),
    actionable=True,
    en="Received {value} in the last {window} days; customers who stay: {typical}.",
    es="Recibió {value} en los últimos {window} días; quienes se quedan: {typical}.",
)
def contacts_by_company(facts: Facts, window: int) -> Matrix:
    """Touchpoints of the window that the company started (count)."""
    return facts.count(window, where=BY_COMPANY)


@feature(
    source="touchpoints",
    unit=COUPONS,
    about="coupons",
    windows=(112,),
    actionable=True,
    en="Redeemed {value} in the last {window} days; customers who stay: {typical}.",
    es="Canjeó {value} en los últimos {window} días; quienes se quedan: {typical}.",
)
def coupons_redeemed(facts: Facts, window: int) -> Matrix:
    """Coupons that the customer redeemed in the window (count)."""
    return facts.count(window, where=REDEEMED)
