"""What customers say, as of a date: themes with impact, trend and verbatims, in tidy frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.experience.listening.answers_weights import weigh_answers
from lealtad.experience.listening.comments import read_comments
from lealtad.experience.listening.departures import mark_departures
from lealtad.experience.listening.emerging import find_emerging
from lealtad.experience.listening.impact import LEAST_ANSWERS, compute_impact, compute_odds
from lealtad.experience.listening.mentions import add_themes, list_sentences, mark_mentions
from lealtad.experience.listening.places import choose_place_verbatims
from lealtad.experience.listening.proposals import propose_themes
from lealtad.experience.listening.sentiment import Sentiment, name_sentiment, read_sentiment
from lealtad.experience.listening.texts import has_words
from lealtad.experience.listening.verbatims import choose_verbatims

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.experience.listening.comment_models import Encoder
    from lealtad.experience.listening.themes import Taxonomy
    from lealtad.lake import Lake

WINDOW_DAYS = 364.0
_DIMENSIONS = ("stage", "segment")


@dataclass(frozen=True)
class ListeningReport:
    """What customers say.

    Attributes
    ----------
    themes
        One row per theme, the largest impact first: `theme, comments, customers, share` (of comments),
        `negative_share` (of its sentences), `sentiment` (mean). Impact on NPS and odds of leaving are those of
        `compute_impact` and `compute_odds`. `recent, recent_share, before_share, q, emerging`: of
        `find_emerging`.
    parts
        One row per dimension (stage, segment), value and theme: `n, share, impact` with its ends.
    months
        One row per month and theme: `month, theme, comments, share, sentiment`.
    verbatims, proposals, place_verbatims
        See `choose_verbatims`, `propose_themes` and `choose_place_verbatims`.
    sentences
        One row per sentence: `comment_id, number, themes, value, sentiment`; never with its text.
    comments, languages, coverage
        Comments read; how many in each language (none: too short); the share of sentences with a theme.
    answers
        NPS answers with a comment, which the impact rests on.
    sentiment
        How sentiment was read.
    notes
        What was noticed: wordless comments, one language alone, no scores.
    """

    as_of: datetime
    window_days: float
    themes: pl.DataFrame
    parts: pl.DataFrame
    months: pl.DataFrame
    verbatims: pl.DataFrame
    proposals: pl.DataFrame
    place_verbatims: pl.DataFrame
    sentences: pl.DataFrame
    comments: int
    languages: dict[str, int]
    coverage: float
    answers: int
    nps: float | None
    sentiment: Sentiment
    taxonomy: Taxonomy
    wordless: int


def listen(
    lake: Lake,
    taxonomy: Taxonomy,
    as_of: datetime,
    window_days: float = WINDOW_DAYS,
    encoder: Encoder | None = None,
) -> ListeningReport:
    """Read the comments of a lake as known before a date.

    Raises
    ------
    TooLittleDataError
        If there is no comment in the window.
    """
    comments = read_comments(lake, as_of, window_days)
    if comments.is_empty():
        raise TooLittleDataError(
            what=f"comments in the {window_days:.0f} days before {as_of:%Y-%m-%d}",
            needed=1,
            found=0,
            fix="Load surveys with a column comment, or tickets with a column text; or raise --window-days.",
        )
    sentences = add_themes(list_sentences(comments), taxonomy)
    sentiment = read_sentiment(comments, sentences, encoder)
    sentences = sentences.with_columns(
        pl.Series("value", sentiment.values), pl.Series("sentiment", name_sentiment(sentiment.values))
    )
    marked = mark_mentions(comments, sentences, taxonomy.codes)
    weights = weigh_answers(lake, comments, as_of)
    themes = _describe_themes(comments, sentences, marked, taxonomy)
    answered = comments["points"].is_not_null().to_numpy()
    impact, departures = (
        _measure_impact(comments, marked, taxonomy, weights),
        mark_departures(lake, comments, as_of),
    )
    odds = _measure_odds(comments, marked, taxonomy, departures)
    recent = find_emerging(comments, marked, taxonomy.codes, as_of).drop("p")
    for part in (impact.drop("mentions", "share"), odds, recent):
        themes = themes.join(part, on="theme", how="left", maintain_order="left")
    spoken = sentences.join(comments.select("comment_id", "customer_id"), on="comment_id", how="left")
    contacts = _read_contacts(lake, comments)
    languages = (
        comments["language"].fill_null("none").value_counts().sort("count", "language", descending=[True, False])
    )
    return ListeningReport(
        as_of,
        window_days,
        themes.filter(pl.col("comments") > 0).sort(
            pl.col("impact").abs(), "comments", descending=True, nulls_last=True
        ),
        _list_parts(comments, marked, taxonomy, weights),
        _list_months(comments, sentences, taxonomy),
        choose_verbatims(spoken, taxonomy.codes, contacts),
        propose_themes(sentences),
        choose_place_verbatims(spoken, comments, contacts),
        sentences.select("comment_id", "number", "themes", "value", "sentiment"),
        comments.height,
        dict(languages.iter_rows()),
        float((sentences["themes"].list.len() > 0).mean() or 0.0),  # type: ignore[arg-type]
        int(answered.sum()),
        float(np.average(comments["points"].to_numpy()[answered], weights=weights[answered]))
        if answered.any()
        else None,
        sentiment,
        taxonomy,
        sum(not has_words(text) for text in comments["text"]),
    )


def _describe_themes(
    comments: pl.DataFrame, sentences: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy
) -> pl.DataFrame:
    who = comments["customer_id"]
    mentions = sentences.explode("themes").drop_nulls("themes").rename({"themes": "theme"})
    felt = mentions.group_by("theme").agg(
        (pl.col("sentiment") == "negative").mean().alias("negative_share"),
        pl.col("value").sort().mean().alias("sentiment"),
    )
    counted = pl.DataFrame(
        {
            "theme": taxonomy.codes,
            "comments": marked.sum(axis=0).astype(np.int64),
            "customers": [who.filter(pl.Series(marked[:, k])).n_unique() for k in range(len(taxonomy.codes))],
            "share": marked.mean(axis=0),
        }
    )
    return counted.join(felt, on="theme", how="left", maintain_order="left")


def _number_customers(comments: pl.DataFrame) -> NDArray[np.int64]:
    return comments["customer_id"].rank("dense").to_numpy().astype(np.int64) - 1


def _measure_impact(
    comments: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy, weights: NDArray[np.float64]
) -> pl.DataFrame:
    at = comments["points"].is_not_null().to_numpy()
    if at.sum() < LEAST_ANSWERS:
        return compute_impact(
            np.zeros((1, len(taxonomy.codes)), bool), np.zeros(1), np.zeros(1, np.int64), taxonomy.codes
        )
    points = comments["points"].to_numpy()[at]
    return compute_impact(
        marked[at],
        points,
        _number_customers(comments.filter(at)),
        taxonomy.codes,
        weights[at],
        held=taxonomy.specific,
    )


def _measure_odds(
    comments: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy, left: pl.Series
) -> pl.DataFrame:
    has_outcome = left.is_not_null().to_numpy()
    gone = left.fill_null(value=False).to_numpy()[has_outcome]
    return compute_odds(
        marked[has_outcome],
        gone,
        _number_customers(comments.filter(has_outcome)),
        taxonomy.codes,
        taxonomy.specific,
    )


def _list_parts(
    comments: pl.DataFrame, marked: NDArray[np.bool_], taxonomy: Taxonomy, weights: NDArray[np.float64]
) -> pl.DataFrame:
    """Return the impact by stage and by segment, where at least 100 answers have a comment."""
    parts = []
    for dimension in _DIMENSIONS:
        for value in comments[dimension].drop_nulls().unique().sort():
            inside = (
                ((comments[dimension] == value) & comments["points"].is_not_null())
                .fill_null(value=False)
                .to_numpy()
            )
            if inside.sum() < LEAST_ANSWERS:
                continue
            ranking = _measure_impact(comments.filter(inside), marked[inside], taxonomy, weights[inside])
            impacts = ranking.select(
                "theme", "mentions", "share", "impact", "impact_low", "impact_high"
            ).drop_nulls("impact")
            keys = (
                pl.lit(dimension).alias("dimension"),
                pl.lit(str(value)).alias("value"),
                pl.lit(int(inside.sum())).alias("n"),
            )
            parts.append(impacts.select(*keys, pl.all()))
    return pl.concat(parts) if parts else pl.DataFrame()


def _list_months(comments: pl.DataFrame, sentences: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    month = pl.col("said_at").dt.truncate("1mo").dt.date().alias("month")
    totals = comments.group_by(month).agg(pl.len().alias("all"))
    mentions = (
        sentences.explode("themes")
        .drop_nulls("themes")
        .join(comments.select("comment_id", month), on="comment_id", how="left")
    )
    counted = mentions.group_by("month", pl.col("themes").alias("theme")).agg(
        pl.col("comment_id").n_unique().alias("comments"), pl.col("value").sort().mean().alias("sentiment")
    )
    grid = totals.join(pl.DataFrame({"theme": taxonomy.codes}), how="cross")
    joined = grid.join(counted, on=["month", "theme"], how="left").with_columns(pl.col("comments").fill_null(0))
    share = (pl.col("comments") / pl.col("all")).alias("share")
    return (
        joined.with_columns(share)
        .select("month", "theme", "comments", "share", "sentiment")
        .sort("month", "theme")
    )


def _read_contacts(lake: Lake, comments: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return what is known of the customers who wrote, to be masked in what they wrote."""
    has_outcome: dict[str, tuple[str, ...]] = {}
    if not lake.has("contacts"):
        return has_outcome
    people = lake.read("contacts").join(comments.select("customer_id").unique(), on="customer_id", how="semi")
    for row in people.iter_rows(named=True):
        values = (row.get(name) for name in ("name", "phone", "email"))
        has_outcome[row["customer_id"]] = (row["customer_id"], *(str(value) for value in values if value))
    return has_outcome
