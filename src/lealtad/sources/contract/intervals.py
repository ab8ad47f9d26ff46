"""Monthly amounts from amounts per year, quarter, week or a number of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.sources.contract.conversion import convert_column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.sources.contract.columns import Column
    from lealtad.sources.contract.reading import Reading

_DAYS_A_MONTH = 365.25 / 12
_UNREADABLE = float("inf")
# the length in months of each word; a number before it multiplies: "3 months", "cada 6 meses"
_MONTHS = {
    r"bi-?annual|semi-?annual|half.?year|semestr": 6.0,
    r"bi-?month|bimestr": 2.0,
    r"quarter|trimestr": 3.0,
    r"year|annual|anual|año|\byr\b|^a$|^y$": 12.0,
    r"month|mensual|\bmes|^mo?$": 1.0,
    r"fortnight|bi-?week|quincena|two.?week": 14 / _DAYS_A_MONTH,
    r"week|seman|^w$": 7 / _DAYS_A_MONTH,
    r"day|daily|\bd[ií]a|diari|^d$": 1 / _DAYS_A_MONTH,
}


def read_months(text: pl.Expr) -> pl.Expr:
    """Read the length of an interval in months; null if it is not an interval. A bare number counts months.

    Examples
    --------
    >>> said = pl.lit(pl.Series(["month", "Anual", "3 months", "6", "once"]))
    >>> pl.select(read_months(said)).to_series().to_list()
    [1.0, 12.0, 3.0, 6.0, None]
    """
    words = text.str.strip_chars().str.to_lowercase()
    count = words.str.extract(r"(\d+)", 1).cast(pl.Float64, strict=False)
    word = pl.coalesce(pl.when(words.str.contains(pattern)).then(length) for pattern, length in _MONTHS.items())
    bare = pl.when(words.str.contains(r"^\d+$")).then(count)
    return pl.coalesce(word * count.fill_null(1.0), bare)


def express_monthly_amount(contracts: pl.DataFrame, columns: Mapping[str, Column], reading: Reading) -> pl.Expr:
    """Express `amount` × `quantity` of each row as a monthly amount.

    Without `interval` the amount is monthly. An unreadable interval gives an amount that the contract rejects,
    never one that is twelve times too high.
    """

    def number(name: str) -> pl.Expr:
        return convert_column(columns[name], contracts.schema[name], reading)

    total = number("amount")
    if "quantity" in columns:
        total = total * number("quantity").fill_null(1.0)
    if "interval" not in columns:
        return total
    length = read_months(pl.col("interval").cast(pl.String))
    if "interval_count" in columns:
        length = length * number("interval_count").fill_null(1.0)
    of_a_month = pl.when(length > 0).then(total / length)
    return pl.when(total.is_not_null()).then(of_a_month.fill_null(_UNREADABLE)).round(6)
