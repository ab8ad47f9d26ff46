"""Contract: how long it has lasted, what it costs, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.examples.features.engine.facts import DAY, divide
from lealtad.examples.features.feature import feature
from lealtad.examples.features.streams.contracts import TEN_THOUSANDTHS
from lealtad.examples.features.streams.in_force import NONE
from lealtad.examples.features.units import CHANGES, CONTRACTS, DAYS, MONEY, SHARE

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_EVENT = pl.col("event")
_RISE, _FALL = pl.col("rise") > 0, pl.col("rise") < 0


@feature(source="contracts", unit=CONTRACTS, about="contracts")
def active_contracts(facts: Facts) -> Matrix:
    """Contracts that are active at the as-of date (count)."""
    return facts.sum("sign", where=pl.col("state") == "active")


@feature(source="contracts", unit=CONTRACTS, about="pauses")
def paused_contracts(facts: Facts) -> Matrix:
    """Contracts that are paused at the as-of date (count)."""
    return facts.sum("sign", where=pl.col("state") == "paused")


@feature(
    source="contracts",
    unit=MONEY,
    about="price",
    null="a contract in force whose amount was never stated",
    needs=("amount_monthly",),
)
def monthly_amount(facts: Facts) -> Matrix:
    """Monthly amount of the contracts in force at the as-of date (the company's currency)."""
    amount = facts.sum((pl.col("sign") * pl.col("amount")).alias("paid")) / TEN_THOUSANDTHS
    return np.where(facts.sum("sign", where=pl.col("amount").is_null()) > 0, np.nan, amount)


@feature(source="contract_changes", unit=DAYS, about="contracts", null="no contract yet")
def contract_days(facts: Facts) -> Matrix:
    """Time since the first contract began (days)."""
    return facts.days_since_first(where=_EVENT == "start")


@feature(
    source="term_ends",
    unit=DAYS,
    about="term",
    needs=("term_end",),
    null="no active contract with a term",
    actionable=True,
)
def term_left_days(facts: Facts) -> Matrix:
    """Time to the end of the term that ends first, of active contracts; negative where it has passed (days)."""
    end = facts.last("term_end")
    return np.where(end == NONE, np.nan, end - facts.grid.as_of[None, :]) / DAY


@feature(
    source="contract_changes",
    unit=CHANGES,
    about="price rises",
    windows=(182, 364),
    needs=("amount_monthly",),
    actionable=True,
    risk="rises",
)
def price_rises(facts: Facts, window: int) -> Matrix:
    """Changes of the window to a higher monthly amount than before, of contracts that had not ended (count)."""
    return facts.count(window, where=_RISE)


@feature(
    source="contract_changes",
    unit=SHARE,
    about="price rises",
    null="no price rise yet",
    needs=("amount_monthly",),
    actionable=True,
)
def last_price_rise(facts: Facts) -> Matrix:
    """Newest price rise, over the amount before it (share)."""
    return facts.last("rise", where=_RISE)


@feature(
    source="contract_changes", unit=DAYS, about="price rises", null="no price rise yet", needs=("amount_monthly",)
)
def days_since_price_rise(facts: Facts) -> Matrix:
    """Time since the newest price rise (days)."""
    return facts.days_since(where=_RISE)


@feature(
    source="contract_changes",
    unit=SHARE,
    about="price rises",
    windows=(28, 84),
    needs=("amount_monthly",),
    actionable=True,
    risk="rises",
)
def recent_renewal_rises(facts: Facts, window: int) -> Matrix:
    """Price rises at renewals, each over the amount before it and halved for every `window` days since (share)."""
    return facts.decaying_sum(window, "rise", where=_RISE & (_EVENT == "renew"))


@feature(source="contract_changes", unit=SHARE, about="price", windows=(364,), needs=("amount_monthly",))
def amount_change(facts: Facts, window: int) -> Matrix:
    """Sum of the window's changes of the monthly amount, each over the amount before it (share)."""
    return facts.sum("rise", window)


@feature(
    source="contract_changes",
    unit=CHANGES,
    about="downgrades",
    windows=(364,),
    needs=("amount_monthly",),
    risk="rises",
)
def amount_falls(facts: Facts, window: int) -> Matrix:
    """Changes of the window to a lower monthly amount than before (count)."""
    return facts.count(window, where=_FALL)


@feature(source="contract_changes", unit=CHANGES, about="contracts", windows=(364,))
def renewals(facts: Facts, window: int) -> Matrix:
    """Renewals of the window (count)."""
    return facts.count(window, where=_EVENT == "renew")


@feature(source="contract_changes", unit=CHANGES, about="pauses", windows=(364,))
def pauses(facts: Facts, window: int) -> Matrix:
    """Pauses that began in the window (count)."""
    return facts.count(window, where=_EVENT == "pause")


@feature(
    source="contract_changes", unit=CHANGES, about="cancelling", windows=(91, 364), actionable=True, risk="rises"
)
def cancel_requests(facts: Facts, window: int) -> Matrix:
    """Requests to cancel in the window (count)."""
    return facts.count(window, where=_EVENT == "cancel_request")


@feature(source="contract_changes", unit=DAYS, about="cancelling", null="never asked to cancel")
def days_since_cancel_request(facts: Facts) -> Matrix:
    """Time since the newest request to cancel (days)."""
    return facts.days_since(where=_EVENT == "cancel_request")


@feature(source="contract_changes", unit=CHANGES, about="endings")
def ended_contracts(facts: Facts) -> Matrix:
    """Ends of contracts so far (count)."""
    return facts.count(where=_EVENT == "end")


@feature(source="contract_changes", unit=CHANGES, about="payments", needs=("voluntary",), actionable=True)
def failed_payments(facts: Facts) -> Matrix:
    """Ends of contracts so far that the customer did not want, as failed payments are (count)."""
    return facts.count(where=(_EVENT == "end") & ~pl.col("voluntary"))


@feature(source="contract_changes", unit=SHARE, about="price", null="no amount known", needs=("amount_monthly",))
def amount_of_first(facts: Facts) -> Matrix:
    """Newest monthly amount over the first one (share)."""
    return divide(facts.last("amount_monthly"), facts.first("amount_monthly"))


@feature(
    source="customers",
    unit=DAYS,
    about="tenure",
    null="not a customer yet, or unknown since when",
    needs=("became_customer_at",),
)
def tenure_days(facts: Facts) -> Matrix:
    """Time since becoming a customer, as of the date (days)."""
    since = facts.last("became")
    return np.where(since == NONE, np.nan, facts.grid.as_of[None, :] - since) / DAY
