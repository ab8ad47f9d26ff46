"""Reading durations as seconds: a number in a declared unit, 26:14:10, or 1 d 3 h."""

from __future__ import annotations

import polars as pl

from lealtad.sources.contract.written_numbers import read_numbers

UNITS = {"seconds": 1.0, "minutes": 60.0, "hours": 3_600.0, "days": 86_400.0}
CLOCKS = {"hh:mm": 3_600.0, "mm:ss": 60.0}
_CLOCK = r"^(?:(\d+)\s*(?:d|days?|d[ií]as?)?[\s,.:]+)?(\d+):([0-5]\d):([0-5]\d(?:[.,]\d+)?)$"
_SHORT_CLOCK = r"^(\d+):([0-5]\d)$"
_ISO = r"(?i)^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$"
_WORDS = {  # unit after a number → seconds
    r"(?:d|days?|d[ií]as?)": 86_400.0,
    r"(?:h|hrs?|hours?|horas?)": 3_600.0,
    r"(?:m|mins?|minutes?|minutos?)": 60.0,
    r"(?:s|secs?|seconds?|seg|segs?|segundos?)": 1.0,
}
_SAID = r"(?i)^(?:\d+(?:[.,]\d+)?\s*(?:{})[\s,;y]*(?:and\s*)?)+$".format("|".join(_WORDS))


def read_seconds(text: pl.Expr, unit: str, decimal: str | None) -> pl.Expr:
    """Read durations as seconds; null if a text is not a duration.

    Parameters
    ----------
    unit
        The unit of a bare number: "seconds", "minutes", "hours" or "days". "hh:mm" and "mm:ss" define two numbers
        with a colon, since 02:31 could be either.
    decimal
        The decimal mark of bare numbers; see `read_numbers`.

    Examples
    --------
    >>> said = pl.lit(pl.Series(["90", "02:31:10", "1:02:31:10", "1 d 3 h", "45 min", "PT2H", "02:31"]))
    >>> pl.select(read_seconds(said, "minutes", None)).to_series().to_list()
    [5400.0, 9070.0, 95470.0, 97200.0, 2700.0, 7200.0, None]
    """
    bare = read_numbers(text, decimal) * UNITS.get(unit, 1.0)
    ways = [_read_clock(text), _read_iso(text), _read_words(text)]
    if unit in CLOCKS:
        larger, smaller = _extract_number(text, _SHORT_CLOCK, 1), _extract_number(text, _SHORT_CLOCK, 2)
        return pl.coalesce(larger * CLOCKS[unit] + smaller * CLOCKS[unit] / 60, *ways)
    return pl.coalesce(bare, *ways)


def _read_clock(text: pl.Expr) -> pl.Expr:
    days, hours, minutes, rest = (_extract_number(text, _CLOCK, place) for place in range(1, 5))
    return days.fill_null(0) * 86_400 + hours * 3_600 + minutes * 60 + rest


def _read_iso(text: pl.Expr) -> pl.Expr:
    days, hours, minutes, rest = (_extract_number(text, _ISO, place).fill_null(0) for place in range(1, 5))
    total = days * 86_400 + hours * 3_600 + minutes * 60 + rest
    return pl.when(text.str.contains(_ISO) & text.str.contains(r"\d")).then(total)


def _read_words(text: pl.Expr) -> pl.Expr:
    parts = [
        _extract_number(text, rf"(?i)(\d+(?:[.,]\d+)?)\s*{word}(?:[^\p{{L}}]|$)", 1).fill_null(0) * worth
        for word, worth in _WORDS.items()
    ]
    return pl.when(text.str.contains(_SAID)).then(pl.sum_horizontal(parts))


def _extract_number(text: pl.Expr, pattern: str, place: int) -> pl.Expr:
    return text.str.extract(pattern, place).str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
