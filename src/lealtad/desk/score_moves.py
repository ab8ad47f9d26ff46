"""The nights on which a customer's probability of churn moved most, and the facts known just before each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.desk.lake_customer import Score
    from lealtad.desk.timeline import Fact

_MOVES, _FACTS = 3, 4
# facts that matter most for churn come first
_ORDER = ("contract", "survey", "contact", "ticket", "order", "touchpoint")
_OUR_ACTS = {"survey", "ticket", "touchpoint"}
# smaller changes of the log-odds are not noticeable
_LEAST = math.log(1.25)


@dataclass(frozen=True)
class ScoreMove:
    """A change from one night to the next.

    Attributes
    ----------
    before, after
        The two scores.
    facts
        Facts that became known between them, the most important first; empty if only time passed.
    others
        Number of further facts.
    """

    before: Score
    after: Score
    facts: tuple[Fact, ...]
    others: int


def find_score_moves(scores: Sequence[Score], facts: Sequence[Fact]) -> list[ScoreMove]:
    """Return the largest moves of a score, newest first; the company's own messages do not explain moves.

    Parameters
    ----------
    scores, facts
        Both of one customer, newest first.

    Examples
    --------
    >>> find_score_moves([], [])
    []
    """
    pairs = [(earlier, later) for later, earlier in pairwise(scores)]
    moved = [pair for pair in pairs if _measure(*pair) >= _LEAST]
    largest = sorted(moved, key=lambda pair: -_measure(*pair))[:_MOVES]
    return [_explain(*pair, facts) for pair in pairs if pair in largest]


def _measure(earlier: Score, later: Score) -> float:
    return abs(_log_odds(later.probability) - _log_odds(earlier.probability))


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))


def _explain(earlier: Score, later: Score, facts: Sequence[Fact]) -> ScoreMove:
    """Add the facts that became known from the first night on, before the second."""
    news = [
        fact
        for fact in facts
        if earlier.as_of <= max(fact.at, fact.known_at) < later.as_of
        and not (fact.by == "company" and fact.kind in _OUR_ACTS)
    ]
    news.sort(key=lambda fact: _ORDER.index(fact.kind))
    return ScoreMove(earlier, later, tuple(news[:_FACTS]), max(0, len(news) - _FACTS))
