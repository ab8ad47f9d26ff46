"""Sentences of comments with their themes, and the matrix comments × themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.listening.texts import split_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.experience.listening.themes import Taxonomy


def list_sentences(comments: pl.DataFrame) -> pl.DataFrame:
    """Return `comment_id, number, sentence, language`, one row per sentence, in the order of the comments."""
    texts = comments["text"].unique(maintain_order=True)
    parts = pl.DataFrame(
        {"text": texts, "sentence": [split_sentences(text) for text in texts]},
        schema={"text": pl.String, "sentence": pl.List(pl.String)},
    )
    joined = comments.select("comment_id", "language", "text").join(
        parts, on="text", how="left", maintain_order="left"
    )
    numbered = joined.with_columns(pl.int_ranges(pl.col("sentence").list.len()).alias("number"))
    exploded = numbered.explode("sentence", "number").drop_nulls("sentence")
    return exploded.select("comment_id", "number", "sentence", "language")


def add_themes(sentences: pl.DataFrame, taxonomy: Taxonomy) -> pl.DataFrame:
    """Add `themes`, the codes found in each sentence; each distinct text is searched once."""
    unique = sentences.select("sentence", "language").unique(maintain_order=True)
    codes = [list(taxonomy.find(sentence, language)) for sentence, language in unique.iter_rows()]
    themed = unique.with_columns(pl.Series("themes", codes, dtype=pl.List(pl.String)))
    return sentences.join(themed, on=["sentence", "language"], how="left", nulls_equal=True, maintain_order="left")


def mark_mentions(comments: pl.DataFrame, sentences: pl.DataFrame, codes: tuple[str, ...]) -> NDArray[np.bool_]:
    """Return comments × themes: whether a sentence of the comment has the theme."""
    position = {code: k for k, code in enumerate(codes)}
    rows = comments.select("comment_id").with_row_index("row")
    pairs = (
        sentences.select("comment_id", "themes")
        .explode("themes")
        .drop_nulls("themes")
        .join(rows, on="comment_id")
        .select("row", pl.col("themes").replace_strict(position, return_dtype=pl.Int64))
    )
    marked = np.zeros((comments.height, len(codes)), dtype=bool)
    marked[pairs["row"].to_numpy(), pairs["themes"].to_numpy()] = True
    return marked
