"""The mean of several fits: which settings take part, chosen on folds and judged on others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lealtad.learning.search import weigh_folds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lealtad.learning.learners import Examples
    from lealtad.learning.search import Candidate, Fold

_USUAL_ROUNDS = 142  # if no fold can decide
_NOISE = 1e-4  # of the log loss


@dataclass(frozen=True)
class Member:
    """One fit of a mean: a candidate of the search, and the number of rounds by its place in the candidate."""

    candidate: Candidate
    at: int

    @property
    def rounds(self) -> int:
        """How many rounds it is fitted."""
        return self.candidate.rounds[self.at]

    @property
    def margins(self) -> NDArray[np.float32]:
        """Log-odds of rows by fits that had not seen them."""
        return np.asarray(self.candidate.margins[self.at])


def choose_members(
    candidates: Sequence[Candidate],
    examples: Examples,
    folds: Sequence[Fold],
    asked: Sequence[int],
    *,
    most: int,
) -> list[Member]:
    """Return the fits whose mean log-odds do best on the folds that are asked.

    It begins with the best candidate and adds the one whose mean with those so far is best, as long as nothing is
    lost. Each takes part once: the mean is over different settings, and seeds where these are too few.

    Parameters
    ----------
    candidates
        What the search tried on all folds.
    asked
        Positions of the folds that choose; without any, the first candidate is used with a default number of
        rounds.
    most
        Maximum number of members.

    References
    ----------
    Caruana et al. (2004), Ensemble selection from libraries of models. ICML.
    """
    if not asked:
        first = candidates[0]
        return [Member(first, int(np.argmin(np.abs(np.array(first.rounds) - _USUAL_ROUNDS))))]
    weight = weigh_folds([folds[place] for place in asked])
    at_best = [(candidate.losses[:, list(asked)] @ weight) for candidate in candidates]
    pool = [Member(candidate, int(loss.argmin())) for candidate, loss in zip(candidates, at_best, strict=True)]
    judge = _Judge(examples, [folds[place] for place in asked], weight)
    margins = [judge.read(member) for member in pool]
    losses = [judge.measure(margin) for margin in margins]
    chosen = [int(np.argmin(losses))]
    total, loss = margins[chosen[0]], min(losses)
    while len(chosen) < min(most, len(pool)):
        others = [place for place in range(len(pool)) if place not in chosen]
        tried = [judge.measure((total + margins[place]) / (len(chosen) + 1)) for place in others]
        if min(tried) > loss * (1 + _NOISE):
            break
        chosen.append(others[int(np.argmin(tried))])
        total, loss = total + margins[chosen[-1]], min(loss, *tried)
    return [pool[place] for place in chosen]


def average_margins(members: Sequence[Member]) -> NDArray[np.float64]:
    """Return the mean log-odds of each row by the members' fits that had not seen it."""
    return np.asarray(np.mean([member.margins for member in members], axis=0), dtype=np.float64)


class _Judge:
    """The log loss of judged rows, folds counted by what they learned from."""

    def __init__(self, examples: Examples, folds: Sequence[Fold], weight: NDArray[np.float64]) -> None:
        self.rows = np.concatenate([fold.judged for fold in folds])
        own = np.ones(len(examples.happened)) if examples.weight is None else examples.weight
        parts = [
            share * own[fold.judged] / own[fold.judged].sum() for fold, share in zip(folds, weight, strict=True)
        ]
        self.weight = np.concatenate(parts)
        self.sign = np.where(examples.happened[self.rows] == 1, -1.0, 1.0)
        self.level = 0.0 if examples.level is None else examples.level[self.rows]

    def read(self, member: Member) -> NDArray[np.float64]:
        return np.asarray(member.margins[self.rows], dtype=np.float64)

    def measure(self, margin: NDArray[np.float64]) -> float:
        return float(self.weight @ np.logaddexp(0, self.sign * (margin + self.level)))
