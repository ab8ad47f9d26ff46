"""Offsets of classes: how readily each is chosen, so that rare classes are not passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEPS = (-0.6, -0.3, -0.15, 0.15, 0.3, 0.6)
_ROUNDS = 4
_LEAST_CHANCE = 1e-9


def add_offsets(chances: NDArray[np.float64], offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the log of each chance with the offset of its class; the largest of a row is the class to choose."""
    return np.asarray(np.log(chances + _LEAST_CHANCE) + offsets)


def choose_offsets(chances: NDArray[np.float64], codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the offset of each class that finds the classes best: by the mean of their F1 scores.

    The most probable class is the best choice for the share of right answers. For the mean over classes it is not:
    a rare class is worth as much as a frequent one, and is chosen too seldom.

    Parameters
    ----------
    chances
        Row × class, of rows that were not learned from.
    codes
        The true class of each row.

    Examples
    --------
    >>> chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4], [0.6, 0.4]])
    >>> offsets = choose_offsets(chances, np.array([0, 0, 1, 1]))
    >>> add_offsets(chances, offsets).argmax(axis=1).tolist()
    [0, 0, 1, 1]
    """
    classes = chances.shape[1]
    logs, offsets = add_offsets(chances, np.zeros(classes)), np.zeros(classes)
    best = _measure_f1(logs, codes)
    for _ in range(_ROUNDS):
        before = best
        for position in range(classes):
            for step in _STEPS:
                moved = offsets.copy()
                moved[position] += step
                if (score := _measure_f1(logs + moved, codes)) > best:
                    best, offsets = score, moved
        if best <= before:
            break
    return np.asarray(offsets - offsets.mean())


def _measure_f1(logs: NDArray[np.float64], codes: NDArray[np.int64]) -> float:
    """Return the mean of the classes' F1 scores; a class that is neither there nor chosen counts as 0."""
    classes = logs.shape[1]
    pairs = np.bincount(codes * classes + logs.argmax(axis=1), minlength=classes**2).reshape(classes, classes)
    either = pairs.sum(axis=0) + pairs.sum(axis=1)
    return float(np.mean(2 * np.diag(pairs) / np.maximum(either, 1)))
