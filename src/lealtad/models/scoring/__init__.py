"""Scoring: the champion's probabilities for a night, and the stored scores of past nights.

In: a lake, a champion and a date. Out: scores, and their history in the lake.
"""

from lealtad.models.scoring.history import (
    PROMOTERS,
    SCORES,
    describe_facts,
    has_scores,
    is_current,
    read_promoters,
    read_scores,
    save_scores,
)
from lealtad.models.scoring.scores import FEED, check_champion, has_current_kpis, score
from lealtad.models.scoring.season_level import estimate_season_level

__all__ = [
    "FEED",
    "PROMOTERS",
    "SCORES",
    "check_champion",
    "describe_facts",
    "estimate_season_level",
    "has_current_kpis",
    "has_scores",
    "is_current",
    "read_promoters",
    "read_scores",
    "save_scores",
    "score",
]
