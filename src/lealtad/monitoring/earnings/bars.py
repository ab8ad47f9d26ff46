"""Amounts as bars on one common scale: positions from 0 to 100, zero among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    Amount = tuple[float, float | None, float | None]  # with the ends of its interval


@dataclass(frozen=True)
class Bar:
    """One bar: where zero is, where it begins, how wide it is, and the ends of its interval."""

    zero: float
    start: float
    width: float
    low: float | None
    high: float | None
    is_loss: bool


def draw_bars(amounts: Sequence[Amount | None]) -> list[Bar | None]:
    """Return a bar for each amount, all on one scale; None stays None.

    Examples
    --------
    >>> [bar.start, bar.width] if (bar := draw_bars([(50.0, None, None), (-50.0, None, None)])[1]) else None
    [0.0, 50.0]
    """
    numbers = [0.0, *(number for amount in amounts if amount for number in amount if number is not None)]
    least, most = min(numbers), max(numbers)
    span = most - least or 1.0

    def place(number: float | None) -> float | None:
        return None if number is None else round(100 * (number - least) / span, 2)

    zero = round(100 * (0.0 - least) / span, 2)
    bars: list[Bar | None] = []
    for amount in amounts:
        if amount is None:
            bars.append(None)
            continue
        value, low, high = amount
        end = round(100 * (value - least) / span, 2)
        bars.append(Bar(zero, min(zero, end), round(abs(end - zero), 2), place(low), place(high), value < 0))
    return bars
