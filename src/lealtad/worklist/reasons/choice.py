"""The choice of reasons: which topics to state, and by which feature."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lealtad.worklist.reasons.topics import Floats, Topics

    Flags = NDArray[np.bool_]
    Positions = NDArray[np.int64]

REASONS = 3
NOBODY = -1
COMPARABLE = 1.5  # an actionable reason precedes others with up to this multiple of its weight


def choose_topics(
    contributions: Floats, topics: Topics, *, worse: Flags, actionable: Flags, most: int = REASONS
) -> Positions:
    """Choose the topics that raise each score.

    A topic is a reason if its features together raise the score and one of them can be stated. A feature can be
    stated if it has a sentence and its value is on the side of customers who churned. Among several, the one with
    the largest weight is stated. The weight itself may come from a feature without a sentence, such as a decayed
    sum. Reasons are ordered by weight; an actionable one precedes others with up to 1.5 times its weight.

    Parameters
    ----------
    contributions
        Rows × columns: what each feature adds to the log-odds.
    worse
        Rows × columns: whether the value can be stated and is on the side of churned customers.
    actionable
        Per column: whether the team can act on it.
    most
        Maximum number of topics.

    Returns
    -------
    Rows × `most`: positions of the columns that state the topics, in order; -1 if there are fewer.

    Examples
    --------
    >>> from lealtad.worklist.reasons.topics import Topics
    >>> everything = np.ones((1, 3), dtype=bool)
    >>> choose_topics(
    ...     np.array([[0.3, 0.4, 0.9]]), Topics(("waits", "tenure", "price")),
    ...     worse=everything, actionable=np.array([True, False, False]),
    ... ).tolist()
    [[2, 0, 1]]
    """
    weights = topics.weights(contributions)
    stated = _find_stated_columns(contributions, topics, worse)
    favoured = np.where(actionable[stated] & (stated != NOBODY), COMPARABLE, 1.0) * weights
    return _take_heaviest(stated, favoured, most)


def _find_stated_columns(contributions: Floats, topics: Topics, able: Flags) -> Positions:
    """Return rows × topics: among the columns that can be stated, the one with the largest weight."""
    weights = np.where(able, contributions, -np.inf)
    stated = np.full((len(contributions), len(topics.names)), NOBODY, dtype=np.int64)
    for topic, members in enumerate(topics.members):
        best = weights[:, members].argmax(axis=1)
        can_be_stated = np.isfinite(weights[np.arange(len(weights)), members[best]])
        stated[can_be_stated, topic] = members[best[can_be_stated]]
    return stated


def _take_heaviest(stated: Positions, weights: Floats, most: int) -> Positions:
    """Return rows × `most`: the stated columns of the heaviest topics; ties are ordered by name."""
    counted = np.where((stated != NOBODY) & (weights > 0), weights, -np.inf)
    order = np.argsort(-counted, axis=1, kind="stable")[:, :most]
    has_weight = np.take_along_axis(counted, order, axis=1) > 0
    first = np.where(has_weight, np.take_along_axis(stated, order, axis=1), NOBODY)
    missing = np.full((len(first), most - first.shape[1]), NOBODY, dtype=np.int64)
    return np.concatenate([first, missing], axis=1)
