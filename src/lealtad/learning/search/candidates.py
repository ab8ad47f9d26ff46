"""Candidates of a search: settings, and their predictions at increasing numbers of rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.learners import Examples, Learner
    from lealtad.learning.search.folds import Fold


@dataclass(frozen=True)
class TunedSettings:
    """The settings that did best on the folds.

    Attributes
    ----------
    settings
        By the learner's names.
    rounds
        Rounds of fitting, such as trees.
    loss
        Mean log loss of the folds, weighted by the rows learned from.
    trials
        Number of finished trials, including those of earlier runs.
    """

    settings: dict[str, Any]
    rounds: int
    loss: float
    trials: int


@dataclass(frozen=True)
class Candidate:
    """Settings tried on every fold.

    Attributes
    ----------
    learner
        The kind of model.
    settings
        By the learner's names.
    rounds
        The evaluated numbers of rounds.
    losses
        Log loss, rounds × folds.
    margins
        Out-of-fold log-odds, rounds × rows; NaN if no fold judges the row.
    on_stable
        Whether the fits learned only from stable columns.
    """

    learner: Learner
    settings: Mapping[str, Any]
    rounds: tuple[int, ...]
    losses: NDArray[np.float64]
    margins: NDArray[np.float32]
    on_stable: bool = False


@dataclass(frozen=True)
class SearchResult:
    """The result of a search.

    Attributes
    ----------
    best
        The settings that did best.
    candidates
        The best candidates, best first.
    """

    best: TunedSettings
    candidates: tuple[Candidate, ...]


def weigh_folds(folds: Sequence[Fold]) -> NDArray[np.float64]:
    """Return the weight of each fold: folds that learned from most rows are most like the model that is used.

    Parameters
    ----------
    folds
        At least one.

    Returns
    -------
    One weight per fold, proportional to its rows to learn from; their sum is 1.

    Examples
    --------
    >>> from lealtad.learning.search import Fold
    >>> folds = [Fold(np.arange(30), np.arange(30, 40)), Fold(np.arange(90), np.arange(90, 99))]
    >>> weigh_folds(folds).tolist()
    [0.25, 0.75]
    """
    sizes = np.array([len(fold.learned) for fold in folds], dtype=np.float64)
    return np.asarray(sizes / sizes.sum())


def compute_losses(
    margins: NDArray[np.float32], rows: NDArray[np.int_], examples: Examples
) -> NDArray[np.float64]:
    """Return the log loss of judged rows after each number of rounds.

    Parameters
    ----------
    margins
        Log-odds above the given level, rounds × rows.
    rows
        Positions of the rows in the examples.
    """
    level = 0.0 if examples.level is None else examples.level[rows]
    weight = None if examples.weight is None else examples.weight[rows]
    odds = np.where(examples.happened[rows] == 1, -1.0, 1.0) * (margins + level)
    return np.asarray(np.average(np.logaddexp(0, odds), axis=1, weights=weight))
