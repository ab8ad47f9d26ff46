"""The price of a contract, and what makes it a monthly one: interval, count, quantity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.intervals import read_months
from lealtad.sources.recognition.columns.content import read_amounts
from lealtad.sources.recognition.columns.names import split_words
from lealtad.sources.recognition.columns.vocabulary import get_words

if TYPE_CHECKING:
    from lealtad.sources.recognition.columns.content import ColumnContent
    from lealtad.sources.recognition.sections.proposal import Proposal
    from lealtad.sources.recognition.tables.source_tables import SourceTable

_PERIOD = get_words("contract_lists", "period")
_INTERVAL = get_words("contract_lists", "interval")
_COUNT = get_words("contract_lists", "count")
_QUANTITY = get_words("contract_lists", "quantity")
_MONTHLY = get_words("contract_lists", "monthly")
_YEARLY = get_words("contract_lists", "yearly")
# what a price says it pays for, other than a month
_INTERVALS = {"year": _YEARLY} | {
    name: get_words("contract_lists", name)
    for name in ("quarter", "semestre", "bimestre", "quincena", "week", "day")
}
_MONTHS = get_words("contract_lists", "months")
_AMOUNT = get_words("contract_lists", "amount")
_ENOUGH = 0.95
_LEAST_CENTS = 100
_MOST_INTERVALS = 36
_OF_SOMETHING_ELSE = get_words("contract_lists", "of_something_else")
_DISCOUNTED = 2.5  # a month of a year costs this much less than a month alone, at most


_Amounts = tuple[dict[str, str], dict[str, tuple[str, str]], list[str]]


def map_amounts(section: Proposal, table: SourceTable) -> _Amounts:
    """Map the price of a contract to a monthly amount, or to an amount with its interval.

    Returns
    -------
    The columns, the questions by column, and the notes.
    """
    price = _find_price(section, table)
    if price is None:
        return {}, {}, []
    words = set(split_words(price))
    if _may_be_cents(table, price):
        why = "is it in cents? If so, map it and set scale.amount = 0.01; if not, map it as it is"
        return {}, {"amount": (price, why)}, []
    if words & _MONTHLY and not find_interval(price):
        return {"amount_monthly": price}, {}, []
    columns = {"amount": price, **_map_interval(table, price)}
    if "interval" in columns or find_interval(price):
        return columns, {}, []
    plans = [
        content
        for content in table.contents
        if content.name != price and content.values and len(_read_lengths(content)) > 1
    ]
    if plans:
        return _choose_plan(table, columns, price, plans[0])
    return (
        columns,
        {},
        [f'"{price}" is read as the price per month: if it is not, set constants.interval = "year".'],
    )


def _choose_plan(table: SourceTable, columns: dict[str, str], price: str, plan: ColumnContent) -> _Amounts:
    """Map the interval to a plan that names several if the price grows with them; else ask."""
    if _grows_with(table, price, plan):
        note = f'"{price}" pays for the period in "{plan.name}": it grows with its length.'
        return {**columns, "interval": plan.name}, {}, [note]
    why = f'which period does it pay for? "{plan.name}" names several: map interval to a column that says which'
    return {}, {"amount": (price, why)}, []


def find_interval(price: str) -> str | None:
    """Return the interval that the header of a price names, if it is not a month.

    Examples
    --------
    >>> [find_interval(header) for header in ("precio_anual", "cuota_trimestral", "ARR", "importe mensual")]
    ['year', 'quarter', 'year', None]
    """
    words = set(split_words(price))
    return next((name for name, called in _INTERVALS.items() if words & called), None)


def _map_interval(table: SourceTable, price: str) -> dict[str, str]:
    """Map the interval that a price is paid for, the number of intervals, and the quantity."""
    others = [content for content in table.contents if content.name != price]
    quantities = [content for content in table.contents if content.decimal is not None and _is_quantity(content)]
    interval = next((content.name for content in others if _is_interval(content)), None)
    months = next((content.name for content in others if _counts_months(content)), None)
    counts = [content.name for content in table.contents if content.name != months and _is_count(content)]
    interval = interval or months  # a bare number of an interval counts months
    if interval and not counts:  # "every 3", beside "month"
        counts = [content.name for content in others if content.name != months and _is_small_count(content)]
    headers = {
        "interval": interval,
        "interval_count": counts[0] if counts else None,
        "quantity": quantities[0].name if quantities else None,
    }
    if set(split_words(price)) & {"total", "mrr", "arr"}:
        del headers["quantity"]
    return {column: header for column, header in headers.items() if header}


def _is_quantity(content: ColumnContent) -> bool:
    return bool(content.words & _QUANTITY) and not content.words & (_INTERVAL | _PERIOD)


def _find_price(section: Proposal, table: SourceTable) -> str | None:
    """Return the column of the price, preferably a monthly one."""
    numbers = [
        content
        for content in table.contents
        if content.decimal is not None
        and not content.dates
        and content.words & (_AMOUNT | _MONTHLY)
        and not content.words & (_COUNT | _QUANTITY | frozenset({"percent", "tax", "id", "discount", "setup"}))
    ]
    monthly = [content.name for content in numbers if content.words & {"mrr", "monthly", "mensual", "mensualidad"}]
    matched = section.columns.get("amount_monthly")
    return monthly[0] if monthly else matched or (numbers[0].name if numbers else None)


def _may_be_cents(table: SourceTable, price: str) -> bool:
    """Whether a price is named as in an API, and none of its values has a fraction."""
    content, words = table.content(price), set(split_words(price))
    if not {"unit", "amount"} <= words and not price.lower().endswith(("plan.amount", "price.unit_amount")):
        return False
    whole = all(value.strip().isdigit() for value in content.values) if content.values else not content.text
    return whole and content.least is not None and content.least >= _LEAST_CENTS


def _is_interval(content: ColumnContent) -> bool:
    words = content.words
    if not words & (_INTERVAL | _PERIOD) or content.dates or content.decimal is not None or not content.values:
        return False
    return len([value for value in content.values if _read_length(value) is not None]) >= _ENOUGH * len(
        content.values
    )


def _is_count(content: ColumnContent) -> bool:
    words = content.words
    if content.decimal is None or (content.dates and content.most is None):
        return False
    return bool(words & (_INTERVAL | _PERIOD)) and bool(words & _COUNT or content.name.lower().endswith("period"))


def _counts_months(content: ColumnContent) -> bool:
    """Whether a column says how many months a payment covers, such as billing_period_months."""
    if content.dates or content.decimal is None or content.least is None or content.most is None:
        return False
    named = content.words & _MONTHS and content.words & (_INTERVAL | _PERIOD)
    return (
        bool(named)
        and not content.words & _OF_SOMETHING_ELSE
        and 1 <= content.least <= content.most <= _MOST_INTERVALS
    )


def _is_small_count(content: ColumnContent) -> bool:
    """Whether a column named like an interval holds how many: 1 to 36, and no number of renewals."""
    if content.dates or content.decimal is None or content.least is None or content.most is None:
        return False
    named = content.words & (_INTERVAL | _PERIOD) and not content.words & _OF_SOMETHING_ELSE
    whole = all(value.strip().isdigit() for value in content.values)
    return bool(named) and whole and content.least >= 1 and content.most <= _MOST_INTERVALS


def _grows_with(table: SourceTable, price: str, plan: ColumnContent) -> bool:
    """Whether each value of a plan is a length, and prices of twice the length are about twice as high."""
    lengths = {value: _read_length(value) for value in plan.values}
    if table.sample is None or None in lengths.values() or not table.content(price).text:
        return False
    usual = (
        table.sample.select(
            pl.col(plan.name).str.strip_chars().replace_strict(lengths, default=None, return_dtype=pl.Float64),
            read_amounts(table.content(price)),
        )
        .drop_nulls()
        .group_by(plan.name)
        .agg(pl.col(price).median())
        .sort(plan.name)
    )
    monthly = usual[price] / usual[plan.name]
    if usual.height < 2 or not (monthly > 0).all():  # noqa: PLR2004 - lengths to compare
        return False
    return bool((monthly <= _DISCOUNTED * monthly.min()).all())  # type: ignore[operator]  # a number


def _read_lengths(content: ColumnContent) -> set[float]:
    return {
        length for value in content.values if (length := _read_length(value)) is not None and not value.isdigit()
    }


def _read_length(value: str) -> float | None:
    months = pl.select(read_months(pl.lit(value))).item()
    return None if months is None else float(months)
