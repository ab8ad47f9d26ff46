"""Reading numbers in text: decimal commas, thousands separators, currencies, trailing signs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

_EITHER = " '’\u00a0\u202f"  # thousands separators with any decimal mark: blanks and apostrophes
_GROUP_MARK = {".": ",", ",": "."}
_INDIAN = r"^[+-]?\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d*)?$"  # lakhs and crores: 1,23,456.00
_BLANK = r"[\s\u00a0\u202f]*"


def read_numbers(text: pl.Expr, decimal: str | None, symbols: Sequence[str] = ()) -> pl.Expr:
    """Read text as numbers; null if it is not a number.

    Without a declared decimal mark it is the point, without thousands separators. A text such as 1,234 could be
    either of two numbers, and is never guessed. `12,50-` and `(12,50)`, as used in accounting, are negative.

    Parameters
    ----------
    symbols
        Currencies or units allowed before or after a number; with any other the text is not a number.

    Examples
    --------
    >>> read = lambda *texts: pl.select(read_numbers(pl.lit(pl.Series(texts)), ",", ["€"])).to_series().to_list()
    >>> read("1.234,5", "12,5", "1.5", "7 €", "7 $"), read("12,50-", "(12,50 €)")
    ([1234.5, 12.5, None, 7.0, None], [-12.5, -12.5])
    >>> pl.select(read_numbers(pl.lit(pl.Series(["1,23,456.5", "1,23,45.5"])), ".")).to_series().to_list()
    [123456.5, None]
    """
    return text.map_batches(
        lambda texts: _read_numbers(texts, decimal, symbols), return_dtype=pl.Float64, is_elementwise=True
    )


def normalize_numbers(text: pl.Expr, decimal: str | None, symbols: Sequence[str] = ()) -> pl.Expr:
    """Normalise texts that are numbers with separators or symbols; others are unchanged.

    Examples
    --------
    >>> pl.select(normalize_numbers(pl.lit(pl.Series(["1.234,5", "0012", "gold"])), ",")).to_series().to_list()
    ['1234.5', '0012', 'gold']
    """
    if decimal is None and not symbols:
        return text
    number = read_numbers(text.str.strip_chars(), decimal, symbols)
    return (
        pl.when(number.is_not_null() & text.str.contains(r"[^\d\s]")).then(number.cast(pl.String)).otherwise(text)
    )


def _read_numbers(texts: pl.Series, decimal: str | None, symbols: Sequence[str]) -> pl.Series:
    plain = _read_plain(texts, decimal)
    missing = plain.is_null() & texts.is_not_null()
    if not missing.any():
        return plain
    rest = _normalize_sign(texts.filter(missing), symbols)
    return plain.scatter(missing.arg_true(), _read_plain(rest, decimal))


def _read_plain(texts: pl.Series, decimal: str | None) -> pl.Series:
    if decimal is None:
        return texts.cast(pl.Float64, strict=False)
    text = pl.col("text")
    mark, between = f"[{decimal}]", f"[{_GROUP_MARK[decimal]}{_EITHER}]"
    grouped = text.str.contains(rf"^[+-]?\d{{1,3}}(?:{between}\d{{3}})+(?:{mark}\d*)?$")
    if decimal == ".":
        grouped |= text.str.contains(_INDIAN)
    plain = text.str.contains(rf"^[+-]?(?:\d+{mark}?\d*|{mark}\d+)(?:[eE][+-]?\d+)?$")
    digits = pl.when(grouped).then(text.str.replace_all(between, "")).when(plain).then(text)
    number = digits.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
    return texts.to_frame("text").select(number).to_series()


def _normalize_sign(texts: pl.Series, symbols: Sequence[str]) -> pl.Series:
    """Remove symbols, and move the sign to the front."""
    bare = _strip_symbols(texts.str.replace_all("[−–]", "-"), symbols)
    signed = bare.str.replace(rf"^\({_BLANK}([^()-]+?){_BLANK}\)$", "-$1").str.replace(
        rf"^([^()+-]+?){_BLANK}-$", "-$1"
    )
    return _strip_symbols(signed, symbols)


def _strip_symbols(texts: pl.Series, symbols: Sequence[str]) -> pl.Series:
    if not symbols:
        return texts
    pattern = "|".join(re.escape(symbol) for symbol in sorted(symbols, key=len, reverse=True))
    before = texts.str.replace(rf"^([+-]?){_BLANK}(?:{pattern}){_BLANK}", "$1")
    return before.str.replace(rf"{_BLANK}(?:{pattern}){_BLANK}(-?\)?)$", "$1")
