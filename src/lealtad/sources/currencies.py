"""Converting amounts to one currency, or keeping only rows in that currency."""

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
    """The currency of all amounts, and exchange rates.

    Attributes
    ----------
    keep
        Code of the currency that all amounts are converted to. Without rates, rows in other currencies are left
        out.
    rates
        Code → the worth of one unit in the kept currency.
    """

    keep: str | None = None
    rates: dict[str, float] = Field(default_factory=dict)

    @property
    def worth(self) -> dict[str, float]:
        """By code, the worth of one unit in the kept currency."""
        own = {self.keep.upper(): 1.0} if self.keep else {}
        return {**{code.upper(): rate for code, rate in self.rates.items()}, **own}


AS_THEY_ARE = Currencies()


def convert_currencies(
    rows: pl.DataFrame, source: TableSource, currencies: Currencies
) -> tuple[pl.DataFrame, pl.Series | None]:
    """Convert the amounts of rows to the kept currency.

    Rows without a currency are unchanged. So are rows in a currency without a rate, which the load then refuses.

    Returns
    -------
    The rows, and their positions if some were left out, else None.
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
