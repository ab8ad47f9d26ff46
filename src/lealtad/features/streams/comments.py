"""Comments beside survey answers, laid on the axes of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.features.stream import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lealtad.features.company import Company


def comments(tables: Mapping[str, pl.DataFrame], company: Company) -> pl.DataFrame:
    """Return the comments by `answered_at`, known when they were given and recorded.

    With `axis_1`, `axis_2` ...: where each stands on the axes; null without axes.
    """
    said = tables["surveys"].filter(pl.col("answered_at").is_not_null(), pl.col("comment").is_not_null())
    known = pl.max_horizontal("answered_at", "known_at").alias("known_at")
    dated = said.select("survey_id", "customer_id", "answered_at", "comment", known)
    placed = (
        dated
        if company.words is None
        else pl.concat([dated, company.words.places(dated["comment"])], how="horizontal")
    )
    return placed.sort("customer_id", "known_at", "answered_at", "survey_id")


STREAMS = (Stream("comments", ("surveys",), "answered_at", comments),)
