"""Fits on only the stable columns, as alternatives to fits on all columns; folds choose between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lealtad.learning.learners.stable_columns import WIDE, blank_columns, find_stable_columns
from lealtad.learning.search import fit_candidate, prepare_fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from lealtad.learning.learners import Examples
    from lealtad.learning.search import Candidate, Fold

_MOST = 3  # candidates of a learner


def find_stable_by_fold(examples: Examples, folds: Sequence[Fold], seed: int) -> list[NDArray[np.bool_]]:
    """Return by fold the columns that are stable in its training rows; empty if all are."""
    if examples.values.shape[1] < WIDE:
        return []
    stable = [find_stable_columns(examples.select_rows(fold.learned), seed=seed) for fold in folds]
    return [] if all(kept.all() for kept in stable) else stable


def fit_on_stable(
    candidates: Sequence[Candidate],
    examples: Examples,
    folds: Sequence[Fold],
    stable: Sequence[NDArray[np.bool_]],
    seed: int,
) -> list[Candidate]:
    """Fit the best settings of a learner once more, on the stable columns of each fold alone.

    Parameters
    ----------
    candidates
        What a search found for one learner, best first.
    stable
        As `find_stable_by_fold` returns it.
    """
    if not stable:
        return []
    learner = candidates[0].learner
    parts = [
        prepare_fold(learner, blank_columns(examples, kept), fold)
        for kept, fold in zip(stable, folds, strict=True)
    ]
    return [
        replace(fit_candidate(learner, examples, parts, candidate.settings, seed), on_stable=True)
        for candidate in candidates[:_MOST]
    ]
