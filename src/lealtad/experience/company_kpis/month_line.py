"""A sparkline of a KPI by month: its points on a fixed canvas, and the same in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.figure_wording import format_value

if TYPE_CHECKING:
    from datetime import date

    from lealtad.base.language import Language

WIDTH, HEIGHT = 240, 48
_MARGIN = 4
_FEWEST = 2


@dataclass(frozen=True)
class MonthLine:
    """The line of a KPI by month.

    Attributes
    ----------
    points, band
        Points for SVG: the values, and the interval around them.
    last
        The position of the newest value.
    target
        The height of the target; None without one.
    first_month, last_month
        The ends of the line: month and value.
    words
        Every month with its value, for screen readers.
    """

    points: str
    band: str
    last: tuple[float, float]
    target: float | None
    first_month: str
    last_month: str
    words: str


def draw_month_line(months: pl.DataFrame, target: float | None, language: Language) -> MonthLine | None:
    """Return the line of the months that have a value; None for fewer than two.

    Parameters
    ----------
    months
        `kpi, month, value, low, high`, in order.
    """
    valued = months.drop_nulls("value").with_columns(
        pl.col("low").fill_null(pl.col("value")), pl.col("high").fill_null(pl.col("value"))
    )
    if valued.height < _FEWEST:
        return None
    least, most = _find_ends(valued, target)
    first = valued["month"][0]
    count = _count_months(first, valued["month"][-1])
    xs = [_MARGIN + (WIDTH - 2 * _MARGIN) * _count_months(first, month) / count for month in valued["month"]]

    def place(value: float) -> float:
        return round(HEIGHT - _MARGIN - (HEIGHT - 2 * _MARGIN) * (value - least) / (most - least), 1)

    words = [
        f"{language.month(row['month'])}: {format_value(row['kpi'], row['value'], language)}"
        for row in valued.iter_rows(named=True)
    ]
    ys, lows, highs = ([place(value) for value in valued[name]] for name in ("value", "low", "high"))
    return MonthLine(
        _join(xs, ys),
        _join([*xs, *reversed(xs)], [*highs, *reversed(lows)]),
        (round(xs[-1], 1), ys[-1]),
        None if target is None else place(target),
        words[0],
        words[-1],
        "; ".join(words),
    )


def _find_ends(valued: pl.DataFrame, target: float | None) -> tuple[float, float]:
    """Return the range of the canvas, which includes all intervals and the target."""
    numbers = [*valued["low"], *valued["high"], *([] if target is None else [target])]
    least, most = min(numbers), max(numbers)
    return (least, most) if most > least else (least - 1, most + 1)


def _count_months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _join(xs: list[float], ys: list[float]) -> str:
    return " ".join(f"{x:.1f},{y}" for x, y in zip(xs, ys, strict=True))
