"""The comments of a lake known before a date: of surveys with their score, and of tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.experience.journey.facts import JourneyFacts, read_facts
from lealtad.experience.listening.languages import detect_language
from lealtad.experience.listening.texts import clean_comment
from lealtad.kpis.segments import describe_customers
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.lake import Lake

_KINDS: dict[str, pl.DataType] = {
    "comment_id": pl.String(),
    "source": pl.String(),
    "customer_id": pl.String(),
    "said_at": INSTANT,
    "metric": pl.String(),
    "points": pl.Float64(),
    "felt": pl.Float64(),
    "stage": pl.String(),
    "touchpoint": pl.String(),
    "channel": pl.String(),
    "segment": pl.String(),
    "language": pl.String(),
    "text": pl.String(),
}
COMMENTS = pl.Schema(_KINDS)
_PLACE = ("stage", "touchpoint", "channel")
SURVEY, TICKET = "survey", "ticket"


def read_comments(lake: Lake, as_of: datetime, window_days: float) -> pl.DataFrame:
    """Return the comments of the window before a date, one row each, oldest first.

    Returns
    -------
    `comment_id, source` (survey or ticket), `customer_id, said_at, metric`, `points` (100, 0 or −100 of an NPS
    answer), `felt` (the score between −1, worst, and 1, best), `stage, touchpoint, channel` (where known),
    `segment`, `language` (es, en or null), `text` (cleaned). Empty comments are left out.
    """
    facts = read_facts(lake, as_of, window_days)
    parts = [COMMENTS.to_frame(), *_list_survey_comments(facts), *_list_ticket_texts(lake, facts)]
    joined = pl.concat(parts, how="diagonal_relaxed").select(COMMENTS.names())
    rows = joined.select(pl.col(name).cast(kind) for name, kind in _KINDS.items())
    rows = rows.filter(pl.col("said_at") >= as_of - facts.window, pl.col("said_at") < as_of)
    cleaned = _read_texts(rows)
    return _add_segments(lake, cleaned, as_of).sort("said_at", "comment_id")


def _list_survey_comments(facts: JourneyFacts) -> list[pl.DataFrame]:
    surveys = facts.surveys
    if surveys is None or not {"comment", "score", "answered_at"} <= set(surveys.columns):
        return []
    written = surveys.filter(pl.col("comment").is_not_null(), pl.col("answered_at").is_not_null())
    written = written.filter(pl.col("known_at") < facts.as_of) if "known_at" in written.columns else written
    scored = (pl.col("scale_max") > pl.col("scale_min")) & pl.col("score").is_between("scale_min", "scale_max")
    part = (pl.col("score") - pl.col("scale_min")) / (pl.col("scale_max") - pl.col("scale_min"))
    directed = pl.col("higher_is_easier") if "higher_is_easier" in written.columns else pl.lit(None, pl.Boolean)
    felt = pl.when(pl.col("metric") != "ces").then(part).when(directed).then(part).when(~directed).then(1 - part)
    points = (
        pl.when(pl.col("score") >= PROMOTER_FROM)
        .then(100.0)
        .when(pl.col("score") <= DETRACTOR_TO)
        .then(-100.0)
        .otherwise(0.0)
    )
    return [
        written.select(
            pl.col("survey_id").alias("comment_id"),
            pl.lit(SURVEY).alias("source"),
            "customer_id",
            pl.col("answered_at").alias("said_at"),
            "metric",
            pl.when((pl.col("metric") == "nps") & scored).then(points).alias("points"),
            pl.when(scored).then(2 * felt - 1).alias("felt"),
            *_PLACE,
            pl.col("comment").alias("text"),
        )
    ]


def _list_ticket_texts(lake: Lake, facts: JourneyFacts) -> list[pl.DataFrame]:
    texts = [
        name for name in ("subject", "text") if lake.has("ticket_events") and name in lake.columns("ticket_events")
    ]
    if not texts or facts.ticket_events is None:
        return []
    start = facts.as_of - facts.window
    created = lake.read(
        "ticket_events",
        columns=["ticket_id", "customer_id", "occurred_at", "event", "excluded_as", "opened_by", *texts],
        where=(pl.col("occurred_at") >= start) & (pl.col("occurred_at") < facts.as_of),
        as_of=facts.as_of,
    ).filter(pl.col("event") == "created")
    if "excluded_as" in created.columns:
        created = created.filter(pl.col("excluded_as").is_null())
    if "opened_by" in created.columns:
        created = created.filter(pl.col("opened_by").ne_missing("agent"))
    placed = facts.ticket_events.select("ticket_id", "touchpoint_id").unique("ticket_id")
    places = facts.touchpoints.select("touchpoint_id", *_PLACE).unique("touchpoint_id")
    written = created.join(placed, on="ticket_id", how="left").join(places, on="touchpoint_id", how="left")
    body = pl.concat_str([pl.col(name).fill_null("") for name in texts], separator=". ")
    return [
        written.select(
            pl.col("ticket_id").alias("comment_id"),
            pl.lit(TICKET).alias("source"),
            "customer_id",
            pl.col("occurred_at").alias("said_at"),
            *_PLACE,
            body.alias("text"),
        )
    ]


def _read_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Clean each distinct text once, and detect its language; short texts get the most frequent language."""
    raw = rows["text"].unique(maintain_order=True)
    clean = [clean_comment(text) for text in raw]
    languages = [detect_language(text) for text in clean]
    cleaned = pl.DataFrame(
        {"text": raw, "clean": clean, "found": languages},
        schema_overrides={"found": pl.String, "clean": pl.String},
    )
    joined = rows.join(cleaned, on="text", how="left", maintain_order="left")
    named = joined.with_columns(pl.col("clean").alias("text"), pl.col("found").alias("language"))
    return named.drop("clean", "found").filter(pl.col("text") != "")


def _add_segments(lake: Lake, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    if not lake.has("customers"):
        return rows
    people = describe_customers(lake.read("customers", as_of=as_of), as_of, ["segment"])
    segments = people.unique("customer_id", keep="last").with_columns(pl.col("segment").cast(pl.String))
    return rows.drop("segment").join(segments, on="customer_id", how="left", maintain_order="left")
