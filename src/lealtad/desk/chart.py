"""The probability of churn over the last nights, as points of an SVG line; colours come from the style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.desk.lake_customer import Score

_WIDTH, _HEIGHT, _EDGE = 280.0, 60.0, 6.0
_LEAST = 2


@dataclass(frozen=True)
class ScoreChart:
    """The points of the line, and its first and last values as text."""

    points: str
    first: Score
    last: Score


def draw_scores(scores: Sequence[Score]) -> ScoreChart | None:
    """Return the line of scores, which are passed newest first and drawn oldest first; None for a single night.

    Examples
    --------
    >>> draw_scores([]) is None
    True
    """
    if len(scores) < _LEAST:
        return None
    ordered = list(reversed(scores))
    most = max(score.probability for score in ordered) or 1.0
    step = (_WIDTH - 2 * _EDGE) / (len(ordered) - 1)
    heights = [_HEIGHT - _EDGE - score.probability / most * (_HEIGHT - 2 * _EDGE) for score in ordered]
    points = " ".join(f"{_EDGE + i * step:.1f},{y:.1f}" for i, y in enumerate(heights))
    return ScoreChart(points, ordered[0], ordered[-1])
