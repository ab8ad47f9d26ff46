"""Emerging themes: more customers mention them than chance explains on any night of a quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.alerts.budget import THEME, compute_chance_threshold
from lealtad.experience.alerts.increases import BEFORE, RECENT, compute_increase_chance
from lealtad.experience.alerts.signal import Signal
from lealtad.experience.listening import Taxonomy, read_comments
from lealtad.experience.listening.mentions import add_themes, list_sentences, mark_mentions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lealtad.lake import Lake

CLEAR_FROM = 0.2
_PLACE = ("stage", "channel", "touchpoint")


def judge_themes(lake: Lake, as_of: datetime, owners: Mapping[str, str]) -> list[Signal]:
    """Judge each theme of the comments known at a date.

    The owner is that of the touchpoint with most recent mentions.
    """
    if not any(lake.has(table) for table in ("surveys", "ticket_events")):
        return []
    taxonomy = Taxonomy.read()
    comments = read_comments(lake, as_of, (RECENT + BEFORE).total_seconds() / 86_400)
    if comments.is_empty():
        return []
    sentences = add_themes(list_sentences(comments), taxonomy)
    marked = mark_mentions(comments, sentences, taxonomy.codes)
    recent = (comments["said_at"] >= as_of - RECENT).to_numpy()
    who = comments["customer_id"].rank("dense").to_numpy().astype(np.int64) - 1
    counts = [_count(who, part, marked) for part in (recent, ~recent)]
    hits, asked = (np.array([count[k] for count in counts], dtype=np.float64) for k in (0, 1))
    ones = np.ones(len(taxonomy.codes))
    chances = compute_increase_chance(hits[0], asked[0] * ones, hits[1], asked[1] * ones)
    threshold = compute_chance_threshold(THEME, len(taxonomy.codes))
    return [
        Signal(
            THEME,
            code,
            _find_owner(comments.filter(pl.Series(recent & marked[:, number])), owners),
            bool(chances[number] < threshold),
            bool(chances[number] > CLEAR_FROM),
            {
                "theme": code,
                "customers": int(hits[0][number]),
                "share": float(hits[0][number] / max(asked[0], 1.0)),
                "share_before": float(hits[1][number] / max(asked[1], 1.0)),
            },
        )
        for number, code in enumerate(taxonomy.codes)
    ]


def _count(who: np.ndarray, part: np.ndarray, marked: np.ndarray) -> tuple[np.ndarray, float]:
    """Count the customers who wrote, and those who mention each theme; each once."""
    mentions = np.array([np.unique(who[part & column]).size for column in marked.T], dtype=np.float64)
    return mentions, float(np.unique(who[part]).size)


def _find_owner(mentions: pl.DataFrame, owners: Mapping[str, str]) -> str | None:
    places = (
        mentions.drop_nulls("stage").group_by(_PLACE).len().sort("len", *_PLACE, descending=True, nulls_last=True)
    )
    keys = ("|".join(str(part) for part in row) for row in places.select(_PLACE).iter_rows())
    return next((owners[key] for key in keys if key in owners), None)
