"""Folds: splitting rows into training rows and judged rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.base.errors import TooLittleDataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.learners import Examples, Learner


@dataclass(frozen=True)
class Fold:
    """Positions of rows to learn from, and of other rows to judge on.

    Attributes
    ----------
    learned, judged
        Positions in the examples, without a common one.
    """

    learned: NDArray[np.int_]
    judged: NDArray[np.int_]


@dataclass(frozen=True)
class PreparedFold:
    """A fold in the form that fits read.

    Attributes
    ----------
    learned, judged
        What `Learner.prepare` returned for its rows.
    """

    fold: Fold
    learned: Any
    judged: Any


def prepare_fold(learner: Learner, examples: Examples, fold: Fold) -> PreparedFold:
    """Return a fold in the form that the learner's fits read, once for all fits on it.

    Parameters
    ----------
    examples
        All rows; the fold says which are learned from and which are judged.

    Returns
    -------
    The fold with both parts as `Learner.prepare` returns them, the judged part prepared like the learned one.
    """
    learned = learner.prepare(examples.select_rows(fold.learned))
    return PreparedFold(fold, learned, learner.prepare(examples.select_rows(fold.judged), learned))


def split_forward(time: ArrayLike, *, embargo: float, count: int) -> list[Fold]:
    """Split rows so that every fold learns from the past and is judged on later rows.

    The first third of the moments is only learned from, and more of them if the embargo requires it. The others
    are judged in `count` blocks of about equally many rows, one after the other; a moment is never in two blocks.
    A block learns only from rows earlier than its first moment by more than the embargo. So no outcome it learns
    from was still open.

    Parameters
    ----------
    time
        Time of each row, as a number (such as days).
    embargo
        Time until an outcome is known, in the same unit.

    Raises
    ------
    TooLittleDataError
        If no moment has a past.

    Examples
    --------
    >>> folds = split_forward([1, 2, 3, 4, 5, 6], embargo=1, count=2)
    >>> [(fold.learned.tolist(), fold.judged.tolist()) for fold in folds]
    [([0], [2, 3]), ([0, 1, 2], [4, 5])]
    """
    when = np.asarray(time, dtype=np.float64)
    moments, sizes = np.unique(when, return_counts=True)
    first = max(1, len(moments) // 3, int((moments <= moments[0] + embargo).sum()))
    before = np.cumsum(sizes[first:]) - sizes[first:]
    block = np.floor(before * count / max(sizes[first:].sum(), 1)).astype(int)
    folds = []
    for number in np.unique(block):
        block_moments = moments[first:][block == number]
        learned = np.flatnonzero(when + embargo < block_moments[0])
        if len(learned):
            folds.append(Fold(learned, np.flatnonzero((when >= block_moments[0]) & (when <= block_moments[-1]))))
    if not folds:
        raise TooLittleDataError(
            what=f"moments in time, an embargo of {embargo:g} apart",
            needed=2,
            found=1,
            fix="Pass rows of more dates, a shorter outcome_days, or leave out time.",
        )
    return folds


def split_by_group(groups: ArrayLike, y: ArrayLike, *, count: int, seed: int) -> list[Fold]:
    """Split rows at random so that no customer is on both sides, and each fold has its share of churned customers.

    Raises
    ------
    TooLittleDataError
        If there are fewer customers than folds.

    Examples
    --------
    >>> folds = split_by_group(["a", "a", "b", "c", "d"], [0, 1, 0, 1, 0], count=2, seed=1)
    >>> sorted(np.concatenate([fold.judged for fold in folds]).tolist())
    [0, 1, 2, 3, 4]
    """
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < count:
        raise TooLittleDataError(
            what="customers to part into folds",
            needed=count,
            found=len(names),
            fix="Pass more customers, or ask for fewer folds.",
        )
    has_left = np.bincount(codes, weights=np.asarray(y, dtype=np.float64)) > 0
    dealt = np.lexsort([np.random.default_rng(seed).permutation(len(names)), has_left])
    fold_of = np.empty(len(names), dtype=int)
    fold_of[dealt] = np.arange(len(names)) % count
    rows = fold_of[codes]
    return [Fold(np.flatnonzero(rows != fold), np.flatnonzero(rows == fold)) for fold in range(count)]
