"""Comments on survey answers, placed on the axes of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.history.fact_clocks import ANSWER_KNOWN
from lealtad.examples.features.streams.stream import WORD_AXES, Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.examples.features.company import CompanyProfile


def derive_comments(tables: Mapping[str, pl.DataFrame], _company: CompanyProfile) -> pl.DataFrame:
    """Return the comments by `answered_at`, known when they were given and recorded."""
    answered = tables["surveys"].filter(pl.col("answered_at").is_not_null(), pl.col("comment").is_not_null())
    known_at = pl.col(ANSWER_KNOWN).alias("known_at")
    dated = answered.select("survey_id", "customer_id", "answered_at", "comment", known_at)
    return dated.sort("customer_id", "known_at", "answered_at", "survey_id")


def place_comments(tables: Mapping[str, pl.DataFrame], company: CompanyProfile) -> pl.DataFrame:
    """Return the comments with `axis_1`, `axis_2` ...: where each stands on the company's axes of words."""
    comments = derive_comments(tables, company)
    if company.words is None:
        return comments
    return pl.concat([comments, company.words.places(comments["comment"])], how="horizontal")


STREAMS = (
    Stream("comments", ("surveys",), "answered_at", derive_comments),
    Stream("placed_comments", ("surveys", WORD_AXES), "answered_at", place_comments),
)
