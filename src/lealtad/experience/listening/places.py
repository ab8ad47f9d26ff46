"""Verbatims of each touchpoint: a few masked sentences, and the list of touchpoints that have some."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.outputs import check_output
from lealtad.experience.listening.verbatims import VERBATIMS, choose_verbatims

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LEAST, _MOST = 5, 60
_PARTS = ("stage", "channel", "touchpoint")
PLACE = "place"


def choose_place_verbatims(
    sentences: pl.DataFrame, comments: pl.DataFrame, known: Mapping[str, Sequence[str]]
) -> pl.DataFrame:
    """Choose sentences per touchpoint: typical ones, the worst and the best, all masked.

    Parameters
    ----------
    sentences
        `comment_id, sentence, language, value, customer_id`.
    comments
        `comment_id, stage, channel, touchpoint`.
    known
        By customer, known personal data to mask.

    Returns
    -------
    `place` (stage, channel and touchpoint, separated by `|`), `kind, value, language, text, customer_id`. Places
    with fewer than five comments, and comments without a touchpoint, are left out.
    """
    key = pl.concat_str(*_PARTS, separator="|").alias(PLACE)
    placed = comments.drop_nulls(_PARTS).select("comment_id", key)
    counts = placed.group_by(PLACE).len().filter(pl.col("len") >= _LEAST)
    places = counts.sort("len", PLACE, descending=[True, False]).head(_MOST)[PLACE].to_list()
    named = sentences.drop("themes", strict=False).join(placed, on="comment_id")
    listed = named.with_columns(pl.concat_list(PLACE).alias("themes"))
    chosen = choose_verbatims(listed, places, known) if places else VERBATIMS.to_frame()
    return chosen.rename({"theme": PLACE})


def name_anchor(place: str) -> str:
    """Return the anchor of a place on the page of comments.

    Examples
    --------
    >>> name_anchor("service|web|knowledge_base")
    'words-service-web-knowledge_base'
    """
    letters = [letter if letter.isalnum() or letter in "_-" else "-" for letter in place]
    return f"words-{''.join(letters)}"


def write_places(verbatims: pl.DataFrame, path: Path) -> None:
    """Write the list of places with verbatims, without any customer's text."""
    verbatims.group_by(PLACE).len("verbatims").sort(PLACE).write_csv(path)


def read_places(path: Path, page: str = "listening.html") -> dict[str, str]:
    """Return by place the address of its verbatims; empty before the first `lealtad listen`.

    Parameters
    ----------
    path
        `verbatim_places.csv` of the run.
    page
        The page of comments, as linked from the other page.

    Examples
    --------
    >>> from pathlib import Path
    >>> read_places(Path("nowhere/verbatim_places.csv"))
    {}
    """
    if not path.is_file():
        return {}
    check_output(path)
    places = pl.read_csv(path, infer_schema=False)
    if PLACE not in places.columns:
        return {}
    return {place: f"{page}#{name_anchor(place)}" for place in places[PLACE].drop_nulls()}
