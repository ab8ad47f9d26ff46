"""Importance × performance as a drawing: bubbles by reach, intervals, and four quadrants."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, Any

from lealtad.experience.drivers.wording import name_driver_in_words, read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.base.language import Language

WIDTH, HEIGHT = 960, 520
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 24, 28, 48
_LARGEST, _SMALLEST = 20.0, 4.0
_NAMED = 9


@dataclass(frozen=True)
class Bubble:
    """A driver on the chart, in pixels from the top left."""

    number: int
    label: str
    name: str
    quadrant: str
    x: float
    y: float
    radius: float
    x_low: float
    x_high: float
    y_low: float
    y_high: float


@dataclass(frozen=True)
class Chart:
    """The chart: bubbles, the lines between the quadrants, and the ticks of both axes."""

    bubbles: tuple[Bubble, ...]
    equal_share: float
    usual: float
    x_marks: tuple[tuple[float, str], ...]
    y_marks: tuple[tuple[float, str], ...]
    corners: tuple[tuple[float, float, str, str], ...]


def draw_chart(rows: Sequence[dict[str, Any]], language: Language) -> Chart | None:
    """Place the drivers of an outcome; None if none has a performance."""
    shown = [row for row in rows if row["performance"] is not None]
    if not shown:
        return None
    most = max(row["high"] for row in shown) * 1.05 or 1.0
    usual = sorted(row["performance"] for row in shown)[len(shown) // 2]

    def place_x(performance: float) -> float:
        return round(_LEFT + performance * (WIDTH - _LEFT - _RIGHT), 1)

    def place_y(importance: float) -> float:
        return round(HEIGHT - _BOTTOM - importance / most * (HEIGHT - _TOP - _BOTTOM), 1)

    bubbles = tuple(
        Bubble(
            number=number,
            label=str(number) if number <= _NAMED else "",
            name=name_driver_in_words(row["driver"], language),
            quadrant=row["quadrant"],
            x=place_x(row["performance"]),
            y=place_y(row["importance"]),
            radius=round(max(_SMALLEST, _LARGEST * sqrt(row["reach"])), 1),
            x_low=place_x(row["performance_low"]),
            x_high=place_x(row["performance_high"]),
            y_low=place_y(row["low"]),
            y_high=place_y(row["high"]),
        )
        for number, row in enumerate(shown, 1)
    )
    words = read_words(language.code)["quadrants"]
    corners = (
        (_LEFT + 8.0, _TOP + 4.0, "start", words["fix_first"]),
        (WIDTH - _RIGHT - 8.0, _TOP + 4.0, "end", words["keep"]),
        (_LEFT + 8.0, HEIGHT - _BOTTOM - 8.0, "start", words["watch"]),
        (WIDTH - _RIGHT - 8.0, HEIGHT - _BOTTOM - 8.0, "end", words["do_not_over_serve"]),
    )
    marks = tuple((place_x(k / 4), language.percent(k / 4)) for k in range(5))
    steps = tuple((place_y(most * k / 4), language.percent(most * k / 4)) for k in range(5))
    return Chart(bubbles, place_y(1 / len(rows)), place_x(usual), marks, steps, corners)
