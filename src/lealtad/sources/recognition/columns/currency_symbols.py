"""The currency that a symbol or code beside an amount means."""

from __future__ import annotations

_CODES = [
    "EUR",
    "USD",
    "GBP",
    "MXN",
    "COP",
    "ARS",
    "CLP",
    "PEN",
    "BRL",
    "UYU",
    "PYG",
    "BOB",
    "CRC",
    "GTQ",
    "HNL",
    "NIO",
    "DOP",
    "VES",
    "CHF",
    "JPY",
    "CAD",
    "AUD",
    "NZD",
    "CNY",
    "INR",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "TRY",
    "ZAR",
    "KRW",
    "SGD",
    "HKD",
]
_SYMBOLS = {
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "$": "$", "US$": "USD", "U$S": "USD", "£": "GBP", "¥": "¥",
    "R$": "BRL", "MX$": "MXN", "CLP$": "CLP", "S/": "PEN", "S/.": "PEN", "BS": "BOB", "BS.": "BOB", "₡": "CRC",
    "₲": "PYG", "RD$": "DOP", "C$": "NIO", "KR": "kr", "ZŁ": "PLN", "KČ": "CZK", "₹": "INR", "₺": "TRY", "%": "%",
}  # fmt: skip


def find_currency(symbol: str) -> str | None:
    """Return the currency that a symbol or code means, or "%"; None if it means neither.

    Examples
    --------
    >>> find_currency("€"), find_currency("eur"), find_currency("kg")
    ('EUR', 'EUR', None)
    """
    code = symbol.strip().upper()
    return code if code in _CODES else _SYMBOLS.get(code)
