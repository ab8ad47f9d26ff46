"""Covariates that the effect of a contact may depend on: a few interpretable facts about a customer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Collection

_MONTH, _QUARTER, _HALF = 28.0, 91.0, 182.0  # days
_OPEN_TOO_LONG, _LONG_WAIT = 7.0, 8.0  # days; business hours, one working day
_HARD = 0.5  # of the scale of ease
_MOST_MONTHS, _MOST_FAILURES, _MOST_CONTACTS = 2.0, 2.0, 3.0
_SILENCE = "days_since_own_contact"
_CONTACTED = "days_since_retention_contact"
_TENURE, _PRICE, _ANSWER = "tenure_days", "days_since_price_rise", "days_since_answer"


@dataclass(frozen=True)
class Covariate:
    """One number per customer; a null feature means that the situation does not apply.

    Attributes
    ----------
    sentence
        What a larger value means.
    value
        The number, as an expression of columns of the feature table.
    """

    name: str
    sentence: str
    value: pl.Expr


def list_covariates(columns: Collection[str]) -> tuple[Covariate, ...]:
    """Return the covariates that a feature table with these columns allows.

    Notes
    -----
    - `silence`: months of 28 days without a touchpoint that the customer began, at most 2.
    - `failures`: in how many ways service failed recently, at most 2. Within 91 days these are a ticket open for
      more than 7 days, replies that took more than 8 business hours, and a ticket reopened. A price rise and an
      answer that help was hard to get count too, within 91 days. So does a ticket in the first month, within 182
      days of becoming a customer.
    - `silent_content`: silence of a customer without failures, whom a contact may remind of leaving.
    - `contacts`: contacts by retention campaigns within 364 days, at most 3.
    - `recent_contact`: what remains of the last contact: 1 on its day, halved every 28 days, 0 without one.

    Examples
    --------
    >>> [one.name for one in list_covariates(["days_since_own_contact", "open_tickets"])]
    ['silence']
    """
    available = set(columns)
    failed = [value for needed, value in _list_failures() if needed <= available]
    # without any measure of failure, no customer can be classified as content
    failures = reduce(add, failed).clip(upper_bound=_MOST_FAILURES) if failed else None
    silence = (
        (_fill_missing(_SILENCE, 0.0) / _MONTH).clip(upper_bound=_MOST_MONTHS) if _SILENCE in available else None
    )
    usable = []
    if silence is not None:
        usable.append(Covariate("silence", "silent for longer", silence))
    if failures is not None:
        usable.append(Covariate("failures", "let down by service or price more often", failures))
    if silence is not None and failures is not None:
        usable.append(Covariate("silent_content", "silent though nothing failed", silence * (failures == 0)))
    if "retention_contacts_364d" in available:
        contacts = _fill_missing("retention_contacts_364d", 0.0).clip(upper_bound=_MOST_CONTACTS)
        usable.append(Covariate("contacts", "contacted more often within a year", contacts))
    if _CONTACTED in available:
        # after months without a contact nothing of it is left, as if there had been none
        remainder = pl.lit(0.5).pow(_fill_missing(_CONTACTED, float("inf")) / _MONTH)
        usable.append(Covariate("recent_contact", "contacted more recently", remainder))
    return tuple(usable)


def _list_failures() -> list[tuple[set[str], pl.Expr]]:
    """Return, one by one, the ways in which service can fail, as 0 or 1, with the columns they are read from."""
    return [
        ({"oldest_open_ticket_days"}, _flag(_fill_missing("oldest_open_ticket_days", 0.0) > _OPEN_TOO_LONG)),
        (
            {"first_reply_business_hours_91d"},
            _flag(_fill_missing("first_reply_business_hours_91d", 0.0) > _LONG_WAIT),
        ),
        ({"reopened_tickets_91d"}, _flag(_fill_missing("reopened_tickets_91d", 0.0) > 0)),
        ({_PRICE}, _flag(_fill_missing(_PRICE, _HALF) < _QUARTER)),
        (
            {"last_ease", _ANSWER},
            _flag((_fill_missing("last_ease", 1.0) < _HARD) & (_fill_missing(_ANSWER, _HALF) < _QUARTER)),
        ),
        (
            {"first_month_tickets", _TENURE},
            _flag((_fill_missing("first_month_tickets", 0.0) > 0) & (_fill_missing(_TENURE, _HALF) < _HALF)),
        ),
    ]


def _fill_missing(column: str, otherwise: float) -> pl.Expr:
    return pl.col(column).cast(pl.Float64).fill_null(otherwise).fill_nan(otherwise)


def _flag(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Float64)
