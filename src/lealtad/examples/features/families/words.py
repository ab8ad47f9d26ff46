"""Words: where a customer's comments stand on the axes that were fitted on comments of the training period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import COMMENTS, DAYS, NUMBER
from lealtad.examples.features.words.axes import AXES

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_NUMBERS = tuple(range(1, AXES + 1))


@feature(
    source="placed_comments",
    unit=NUMBER,
    about="comments",
    variants=_NUMBERS,
    column="words_{}_182d",
    reads=(182,),
    needs=("comment",),
    null="no comment in the last 182 days",
)
def recent_words(facts: Facts, axis: int) -> Matrix:
    """Mean place on an axis of words of the comments of the last 182 days (number)."""
    return facts.mean(f"axis_{axis}", 182)


@feature(
    source="placed_comments",
    unit=NUMBER,
    about="comments",
    variants=_NUMBERS,
    column="words_{}_364d",
    reads=(364,),
    needs=("comment",),
    null="no comment in the last 364 days",
)
def words(facts: Facts, axis: int) -> Matrix:
    """Mean place on an axis of words of the comments of the last 364 days (number)."""
    return facts.mean(f"axis_{axis}", 364)


@feature(source="comments", unit=COMMENTS, about="comments", windows=(364,), needs=("comment",))
def comments(facts: Facts, window: int) -> Matrix:
    """Comments written in the window (count)."""
    return facts.count(window)


@feature(source="comments", unit=DAYS, about="comments", needs=("comment",), null="no comment yet")
def days_since_comment(facts: Facts) -> Matrix:
    """Time since the newest comment (days)."""
    return facts.days_since(where=pl.col("comment").is_not_null())
