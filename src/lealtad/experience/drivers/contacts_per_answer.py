"""How many contacts each effort answer represents, since most customers are not asked or do not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

EFFORT = "moment|effort"
_HARD = 1 / 3
_NEEDED = ("metric", "kind", "answered_at", "score", "scale_min", "scale_max", "higher_is_easier")
_LEAST = 20


def count_contacts_per_answer(lake: Lake, first: datetime, as_of: datetime) -> dict[str, float]:
    """Return by driver how many contacts each reported bad moment represents; absent drivers: one.

    Contacts count at touchpoints with effort surveys, tickets if effort is surveyed about tickets. Each answer
    represents the contacts of its kind over the answers, assuming that respondents are like the others.
    """
    if not lake.has("surveys") or not set(_NEEDED) <= set(lake.columns("surveys")):
        return {}
    pointers = [name for name in ("ticket_id", "touchpoint_id") if name in lake.columns("surveys")]
    asked = (pl.col("metric") == "ces") & (pl.col("kind") == "transactional") & pl.col("score").is_not_null()
    inside = (pl.col("answered_at") >= first) & (pl.col("answered_at") < as_of)
    answers = lake.read("surveys", columns=[*_NEEDED, *pointers], where=asked & inside, as_of=as_of)
    absent = [
        pl.lit(None, pl.String).alias(name) for name in ("ticket_id", "touchpoint_id") if name not in pointers
    ]
    answers = answers.with_columns(absent).with_columns(_name_kind(lake, as_of, answers))
    part = (pl.col("score") - pl.col("scale_min")) / (pl.col("scale_max") - pl.col("scale_min"))
    hard = pl.when("higher_is_easier").then(part).otherwise(1 - part) <= _HARD + 1e-9
    kinds = (
        answers.drop_nulls("asked_about")
        .group_by("asked_about")
        .agg(pl.len().alias("answers"), hard.sum().alias("hard"))
    )
    if kinds["hard"].sum() < _LEAST:
        return {}
    counted = kinds.join(_count_contacts(lake, first, as_of), on="asked_about", how="left")
    weight = (pl.col("contacts").fill_null(0) / pl.col("answers")).clip(1, None)
    stands_for = counted.select((pl.col("hard") * weight).sum() / pl.col("hard").sum()).item()
    return {EFFORT: float(stands_for)}


def _name_kind(lake: Lake, as_of: datetime, answers: pl.DataFrame) -> pl.Series:
    """Name the subject of each answer: a ticket, or the touchpoint by name; null if unknown."""
    named = answers.select("ticket_id", "touchpoint_id").with_row_index("row")
    if lake.has("touchpoints"):
        ids = answers["touchpoint_id"].drop_nulls().unique()
        places = lake.read(
            "touchpoints",
            columns=["touchpoint_id", "touchpoint"],
            where=pl.col("touchpoint_id").is_in(ids.implode()),
            as_of=as_of,
        ).unique("touchpoint_id")
        named = named.join(places, on="touchpoint_id", how="left", maintain_order="left")
    else:
        named = named.with_columns(pl.lit(None, pl.String).alias("touchpoint"))
    kind = pl.when(pl.col("ticket_id").is_not_null()).then(pl.lit("ticket|")).otherwise("touchpoint")
    return named.select(kind.alias("asked_about")).to_series()


def _count_contacts(lake: Lake, first: datetime, as_of: datetime) -> pl.DataFrame:
    """Count the solved tickets, and the contacts of each touchpoint."""
    parts = [pl.DataFrame(schema={"asked_about": pl.String, "contacts": pl.UInt32})]
    inside = (pl.col("occurred_at") >= first) & (pl.col("occurred_at") < as_of)
    if lake.has("ticket_events"):
        solved = inside & (pl.col("event") == "solved")
        rows = lake.read("ticket_events", columns=["ticket_id"], where=solved, as_of=as_of)
        parts.append(
            rows.select(pl.lit("ticket|").alias("asked_about"), pl.col("ticket_id").n_unique().alias("contacts"))
        )
    if lake.has("touchpoints"):
        rows = lake.read("touchpoints", columns=["touchpoint"], where=inside, as_of=as_of)
        parts.append(rows.group_by(pl.col("touchpoint").alias("asked_about")).agg(pl.len().alias("contacts")))
    return pl.concat(parts)
