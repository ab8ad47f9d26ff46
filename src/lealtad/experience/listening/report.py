"""The listening report as of a date: themes with impact, trend and verbatims, in tidy frames."""

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
from lealtad.experience.listening.mentions import add_themes, list_sentences, mark_mentions
from lealtad.experience.listening.places import choose_place_verbatims
from lealtad.experience.listening.proposals import propose_themes
from lealtad.experience.listening.sentiment import Sentiment, name_sentiment, read_sentiment
from lealtad.experience.listening.texts import has_words
from lealtad.experience.listening.theme_figures import (
    describe_themes,
    list_months,
    list_parts,
    measure_impact,
    measure_odds,
)
from lealtad.experience.listening.verbatims import choose_verbatims

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.experience.listening.comment_models import Encoder
    from lealtad.experience.listening.themes import Taxonomy
    from lealtad.lake import Lake

WINDOW_DAYS = 364.0


@dataclass(frozen=True)
class ListeningReport:
    """The result of reading comments.

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
        Number of comments; their number by language (none: too short); the share of sentences with a theme.
    answers
        Number of NPS answers with a comment, on which the impact is estimated.
    sentiment
        How sentiment was determined.
    notes
        Remarks: comments without words, a single language, no scores.
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
    """Read the comments of a lake: themes, sentiment, and what each theme costs.

    Parameters
    ----------
    taxonomy
        The themes and how they are recognised.
    as_of
        Only comments known before it are read.
    window_days
        Length in days of the window before `as_of`.
    encoder
        Turns sentences into vectors, for the sentiment model; None uses words alone.

    Returns
    -------
    The report; personal data in its verbatims are masked.

    Raises
    ------
    TooLittleDataError
        If there is no comment in the window.
    """
    comments = _read_window(lake, as_of, window_days)
    sentences = add_themes(list_sentences(comments), taxonomy)
    sentiment = read_sentiment(comments, sentences, encoder)
    sentences = sentences.with_columns(
        pl.Series("value", sentiment.values), pl.Series("sentiment", name_sentiment(sentiment.values))
    )
    marked = mark_mentions(comments, sentences, taxonomy.codes)
    weights = weigh_answers(lake, comments, as_of)
    left = mark_departures(lake, comments, as_of)
    spoken = sentences.join(comments.select("comment_id", "customer_id"), on="comment_id", how="left")
    contacts = _read_contacts(lake, comments)
    return ListeningReport(
        as_of=as_of,
        window_days=window_days,
        themes=_join_themes(comments, sentences, marked, taxonomy, weights, left, as_of),
        parts=list_parts(comments, marked, taxonomy, weights),
        months=list_months(comments, sentences, taxonomy),
        verbatims=choose_verbatims(spoken, taxonomy.codes, contacts),
        proposals=propose_themes(sentences),
        place_verbatims=choose_place_verbatims(spoken, comments, contacts),
        sentences=sentences.select("comment_id", "number", "themes", "value", "sentiment"),
        comments=comments.height,
        languages=_count_languages(comments),
        coverage=float((sentences["themes"].list.len() > 0).mean() or 0.0),  # type: ignore[arg-type]
        answers=comments["points"].count(),
        nps=_compute_nps(comments, weights),
        sentiment=sentiment,
        taxonomy=taxonomy,
        wordless=sum(not has_words(text) for text in comments["text"]),
    )


def _read_window(lake: Lake, as_of: datetime, window_days: float) -> pl.DataFrame:
    comments = read_comments(lake, as_of, window_days)
    if comments.is_empty():
        raise TooLittleDataError(
            what=f"comments in the {window_days:.0f} days before {as_of:%Y-%m-%d}",
            needed=1,
            found=0,
            fix="Load surveys with a column comment, or tickets with a column text; or raise --window-days.",
        )
    return comments


def _join_themes(  # noqa: PLR0913, PLR0917 - all that a theme's figures rest on
    comments: pl.DataFrame,
    sentences: pl.DataFrame,
    marked: NDArray[np.bool_],
    taxonomy: Taxonomy,
    weights: NDArray[np.float64],
    left: pl.Series,
    as_of: datetime,
) -> pl.DataFrame:
    """Return the mentioned themes with all their figures, largest impact first."""
    themes = describe_themes(comments, sentences, marked, taxonomy)
    for part in (
        measure_impact(comments, marked, taxonomy, weights).drop("mentions", "share"),
        measure_odds(comments, marked, taxonomy, left),
        find_emerging(comments, marked, taxonomy.codes, as_of).drop("p"),
    ):
        themes = themes.join(part, on="theme", how="left", maintain_order="left")
    mentioned = themes.filter(pl.col("comments") > 0)
    return mentioned.sort(pl.col("impact").abs(), "comments", descending=True, nulls_last=True)


def _count_languages(comments: pl.DataFrame) -> dict[str, int]:
    counts = comments["language"].fill_null("none").value_counts()
    return dict(counts.sort("count", "language", descending=[True, False]).iter_rows())


def _compute_nps(comments: pl.DataFrame, weights: NDArray[np.float64]) -> float | None:
    """Return the weighted NPS of answers with a comment; None without any."""
    answered = comments["points"].is_not_null().to_numpy()
    if not answered.any():
        return None
    return float(np.average(comments["points"].to_numpy()[answered], weights=weights[answered]))


def _read_contacts(lake: Lake, comments: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return known personal data of the customers who wrote, to mask in their texts."""
    known: dict[str, tuple[str, ...]] = {}
    if not lake.has("contacts"):
        return known
    people = lake.read("contacts").join(comments.select("customer_id").unique(), on="customer_id", how="semi")
    for row in people.iter_rows(named=True):
        values = (row.get(name) for name in ("name", "phone", "email"))
        known[row["customer_id"]] = (row["customer_id"], *(str(value) for value in values if value))
    return known
