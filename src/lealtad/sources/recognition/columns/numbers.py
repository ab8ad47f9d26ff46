"""The number format of a column of text: its decimal mark, and the currencies beside the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_CODES = frozenset({
    "EUR", "USD", "GBP", "MXN", "COP", "ARS", "CLP", "PEN", "BRL", "UYU", "PYG", "BOB", "CRC", "GTQ", "HNL",
    "NIO", "DOP", "VES", "CHF", "JPY", "CAD", "AUD", "NZD", "CNY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK",
    "HUF", "RON", "TRY", "ZAR", "KRW", "SGD", "HKD",
})  # fmt: skip
_SYMBOLS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "$", "US$": "USD", "U$S": "USD", "£": "GBP", "¥": "¥",
    "R$": "BRL", "MX$": "MXN", "CLP$": "CLP", "S/": "PEN", "S/.": "PEN", "BS": "BOB", "BS.": "BOB", "₡": "CRC",
    "₲": "PYG", "RD$": "DOP", "C$": "NIO", "KR": "kr", "ZŁ": "PLN", "KČ": "CZK", "₹": "INR", "₺": "TRY", "%": "%",
}  # fmt: skip
AMBIGUOUS = "?"
_ENOUGH = 0.95
_BETWEEN = "[ '’\u00a0\u202f]"
_INDIAN = r"\d{1,2}(,\d{2})+,\d{3}"  # lakhs and crores: 1,23,456.00
_POINT = rf"^[-+]?({_INDIAN}|\d+|\d{{1,3}}(,\d{{3}})+|\d{{1,3}}({_BETWEEN}\d{{3}})+)?(\.\d+)?([eE][-+]?\d+)?$"
_COMMA = rf"^[-+]?(\d+|\d{{1,3}}(\.\d{{3}})+|\d{{1,3}}({_BETWEEN}\d{{3}})+)?(,\d+)?$"
_SYMBOL = r"[^\d\s.,'’()+\-−/:@_#]{1,6}\.?|S/\.?"
_BEFORE, _BEHIND = rf"^[-+(−]?\s*({_SYMBOL})[\s\u00a0]*[-+(−]?\d", rf"\d[)\-−]?[\s\u00a0]*({_SYMBOL})[)\-−]?$"


@dataclass(frozen=True)
class NumberFormat:
    """How a column writes its numbers.

    Attributes
    ----------
    decimal
        The value of the settings' key `decimal`: "," or ".". It is "" where nothing needs to be declared, and "?"
        where every number is as ambiguous as 96.990.
    point
        Whether some number shows that the point is the decimal mark.
    symbols
        The currency symbols and codes beside the numbers.
    """

    decimal: str
    point: bool = False
    symbols: tuple[str, ...] = ()

    @property
    def currencies(self) -> frozenset[str]:
        """The different currencies that the symbols mean."""
        return frozenset(find_currency(symbol) or symbol for symbol in self.symbols)


def detect_number_format(uniques: pl.Series) -> NumberFormat | None:  # noqa: PLR0911 - one kind after the other
    """Detect the number format of a column of text; None if its values are not numbers.

    Parameters
    ----------
    uniques
        The different values of the column.

    Returns
    -------
    The format that at least 95 % of the values follow.

    Examples
    --------
    >>> import polars as pl
    >>> detect_number_format(pl.Series(["1.234,56 €", "12,50 €"]))
    NumberFormat(decimal=',', point=False, symbols=('€',))
    >>> columns = (["96.990", "4.990"], ["96.990", "1.139.990"], ["0.990"])
    >>> [detect_number_format(pl.Series(column)).decimal for column in columns]
    ['?', ',', '']
    """
    if uniques.is_empty():
        return None
    bare, symbols = _strip_symbols(uniques)
    comma, point = _mostly_match(bare, _COMMA), _mostly_match(bare, _POINT)
    if not (comma or point) or not _mostly_match(bare, r"\d"):
        return None
    shows_comma = _any_match(bare, r",\d{1,2}$|,\d{4,}$|\.\d{3},|\.\d{3}\.|^[-+]?0,\d|^[-+]?,\d")
    shows_point = _any_match(bare, r"\.\d{1,2}$|\.\d{4,}$|,\d{3}\.|,\d{3},|^[-+]?0\.\d|^[-+]?\.\d")
    if shows_comma and shows_point:
        return None
    if comma and shows_comma:
        return NumberFormat(",", symbols=symbols)
    if point and shows_point:
        grouped = _any_match(bare, rf",|\d{_BETWEEN}\d")
        return NumberFormat("." if grouped else "", point=True, symbols=symbols)
    if _any_match(bare, r"[.,]"):
        return NumberFormat(AMBIGUOUS, symbols=symbols)
    return NumberFormat("," if _any_match(bare, rf"\d{_BETWEEN}\d") else "", symbols=symbols)


def find_currency(symbol: str) -> str | None:
    """Return the currency that a symbol or code means, or "%"; None if it means neither.

    Examples
    --------
    >>> find_currency("€"), find_currency("eur"), find_currency("kg")
    ('EUR', 'EUR', None)
    """
    code = symbol.strip().upper()
    return code if code in _CODES else _SYMBOLS.get(code)


def _strip_symbols(uniques: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    """Return the numbers bare of symbols, with their sign in front; and the known symbols."""
    before, behind = uniques.str.extract(_BEFORE), uniques.str.extract(_BEHIND)
    candidates = [*before.drop_nulls().unique().sort(), *behind.drop_nulls().unique().sort()]
    symbols = tuple(dict.fromkeys(symbol for symbol in candidates if find_currency(symbol)))
    bare = uniques
    for symbol in sorted(symbols, key=len, reverse=True):
        bare = bare.str.replace(symbol, "", literal=True)
    bare = bare.str.replace_all("[−–]", "-").str.strip_chars(" \u00a0\u202f")
    bare = bare.str.replace(r"^\(\s*(.+?)\s*\)$", "-$1").str.replace(r"^([^-].*?)\s*-$", "-$1")
    return bare.str.replace(r"^([-+])\s+", "$1"), symbols


def _mostly_match(values: pl.Series, pattern: str) -> bool:
    return int(values.str.contains(pattern).sum()) >= _ENOUGH * values.len()


def _any_match(values: pl.Series, pattern: str) -> bool:
    return bool(values.str.contains(pattern).any())
