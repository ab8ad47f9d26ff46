"""Fit the axes of words on the comments before a date, and keep them in the lake until they are fitted again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.streams.stream import WORD_AXES
from lealtad.examples.features.words.axes import WordAxes
from lealtad.lake import commit_tables

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_NEEDED = {"comment", "answered_at"}


def fit_words(lake: Lake, before: datetime) -> Lake:
    """Fit the axes on the comments known before a date, as they stood then, and keep them as table `word_axes`.

    The notes of the table state the date (`fitted_before`), the number of comments, and the version of the
    surveys. A lake with too few comments keeps no axes, and their features are off.

    Returns
    -------
    The lake with the axes.
    """
    if not lake.has("surveys") or not lake.columns("surveys") >= _NEEDED:
        return _without(lake)
    made_of = {"fitted_before": before.isoformat(), "surveys": str(lake.versions["surveys"])}
    if made_of.items() <= lake.notes(WORD_AXES).items():
        return lake
    comments = read_comments_before(lake, before)
    axes = WordAxes.fit(comments)
    if axes is None:
        return _without(lake)
    return commit_tables(
        lake, {WORD_AXES: axes.table()}, {WORD_AXES: {**made_of, "comments": str(comments.len())}}
    )


def read_comments_before(lake: Lake, date: datetime) -> pl.Series:
    """Return the comments that had been given and were known before a date."""
    is_given = pl.col("comment").is_not_null() & (pl.col("answered_at") < date)
    return lake.read("surveys", columns=["comment"], where=is_given, as_of=date)["comment"]


def _without(lake: Lake) -> Lake:
    return commit_tables(lake, {}, forget=[WORD_AXES]) if lake.has(WORD_AXES) else lake
