"""How fast one process reads comments: sentences, themes, and sentiment from the customers' own scores."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from bench.rows import Row, build_row, time_run
from lealtad.experience.listening.mentions import add_themes, list_sentences
from lealtad.experience.listening.sentiment import read_sentiment
from lealtad.experience.listening.texts import clean_comment
from lealtad.experience.listening.themes import Taxonomy

if TYPE_CHECKING:
    import numpy as np

DATA = Path(__file__).parents[2] / "shared" / "data" / "comments"
COUNT, MILLION = 20_000, 1_000_000


def run(data: Path = DATA, count: int = COUNT) -> list[Row]:
    """Return the minutes for a million comments at the measured rate; no two comments are alike."""
    comments = _make_comments(data, count)
    seconds, _ = time_run(lambda: _read(comments))
    minutes = seconds * MILLION / count / 60
    return [build_row(f"comments: a million, at the rate of {count:,}", minutes, "min", 10, "lower")]


def _make_comments(data: Path, count: int) -> pl.DataFrame:
    """Return real comments on airlines with a score, each with a number appended so that none repeats."""
    parts = [
        pl.read_parquet(data / f"airlines_{code}.parquet").select(
            "comment", "sentiment", pl.lit(code).alias("language")
        )
        for code in ("es", "en")
    ]
    rows = pl.concat(parts).sample(count, with_replacement=True, seed=0).with_row_index("number")
    felt = pl.col("sentiment").replace_strict({"negative": -1.0, "neutral": 0.0, "positive": 1.0})
    return rows.select(
        pl.format("c{}", "number").alias("comment_id"),
        pl.format("u{}", "number").alias("customer_id"),
        pl.format("{} {}", "comment", "number").alias("text"),
        "language",
        felt.alias("felt"),
    )


def _read(comments: pl.DataFrame) -> np.ndarray:
    cleaned = comments.with_columns(pl.Series("text", [clean_comment(text) for text in comments["text"]]))
    sentences = add_themes(list_sentences(cleaned), Taxonomy.read())
    return read_sentiment(cleaned, sentences).values
