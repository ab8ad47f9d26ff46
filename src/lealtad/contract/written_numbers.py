"""Text that says how much: with a decimal comma, and with marks between groups of three digits."""

from __future__ import annotations

import polars as pl

_EITHER = " '’\u00a0\u202f"  # blanks and apostrophes stand between groups whatever the decimal mark is
_GROUP_MARK = {".": ",", ",": "."}


def numbers(text: pl.Expr, decimal: str | None) -> pl.Expr:
    """Read text as numbers; null where it is none.

    Without a declared decimal mark the point is one, and nothing may stand between digits: 1,234 could be
    either of two numbers, and is never guessed.

    Examples
    --------
    >>> pl.select(numbers(pl.lit(pl.Series(["1.234,5", "12,5", "1.5", "7 €"])), ",")).to_series().to_list()
    [1234.5, 12.5, None, None]
    """
    if decimal is None:
        return text.cast(pl.Float64, strict=False)
    mark, between = f"[{decimal}]", f"[{_GROUP_MARK[decimal]}{_EITHER}]"
    grouped = text.str.contains(rf"^[+-]?\d{{1,3}}(?:{between}\d{{3}})+(?:{mark}\d*)?$")
    plain = text.str.contains(rf"^[+-]?(?:\d+{mark}?\d*|{mark}\d+)(?:[eE][+-]?\d+)?$")
    digits = pl.when(grouped).then(text.str.replace_all(between, "")).when(plain).then(text)
    return digits.str.replace(decimal, ".", literal=True).cast(pl.Float64, strict=False)
