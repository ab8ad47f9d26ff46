"""Amounts of several currencies, brought into one; and those of others left out where only one is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from pydantic import Field

from lealtad.base.toml_file import Section
from lealtad.sources.amounts import read_number

if TYPE_CHECKING:
    from lealtad.sources.table_source import TableSource

CURRENCY = "currency"
AMOUNTS = ("amount", "amount_monthly", "margin", "discount", "price")


class Currencies(Section):
    """The currency that amounts are in, and what others are worth in it.

    Attributes
    ----------
    keep
        Code of the currency that all amounts are brought into. Without rates, rows in others are left out.
    rates
        Code → what one unit of it is worth in the currency that is kept.
    """

    keep: str | None = None
    rates: dict[str, float] = Field(default_factory=dict)

    @property
    def worth(self) -> dict[str, float]:
        """By code, what one unit is worth in the currency that is kept."""
        own = {self.keep.upper(): 1.0} if self.keep else {}
        return {**{code.upper(): rate for code, rate in self.rates.items()}, **own}


AS_THEY_ARE = Currencies()


def convert_currencies(
    rows: pl.DataFrame, source: TableSource, currencies: Currencies
) -> tuple[pl.DataFrame, pl.Series | None]:
    """Bring the amounts of rows into the currency that is kept.

    Rows that say no currency stay as they are, and so do those in one without a rate, which the load then refuses.

    Returns
    -------
    The rows, and their positions where some were left out; None: all.
    """
    if currencies.keep is None or CURRENCY not in rows.columns:
        return rows, None
    code = normalize_code(pl.col(CURRENCY))
    if not currencies.rates:
        mask = rows.select((code == currencies.keep.upper()).fill_null(value=True).alias("kept"))["kept"]
        return (rows, None) if mask.all() else (rows.filter(mask), mask.arg_true())
    worth = code.replace_strict(currencies.worth, default=None, return_dtype=pl.Float64)
    amounts = [name for name in AMOUNTS if name in rows.columns]
    read = {name: read_number(name, rows.schema[name], source) for name in amounts}
    return rows.with_columns(
        *((value * worth.fill_null(1.0)).round(6).alias(name) for name, value in read.items()),
        pl.when(worth.is_not_null()).then(pl.lit(currencies.keep.upper())).otherwise(code).alias(CURRENCY),
    ), None


def normalize_code(value: pl.Expr) -> pl.Expr:
    """Express the code of a currency, in capitals."""
    text = value.cast(pl.String, strict=False).str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text.replace({"€": "EUR", "£": "GBP"}))
