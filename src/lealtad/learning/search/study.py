"""The Optuna study of a search: its storage and its name."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.search.folds import Fold


def open_study(storage: str | Path | None, name: str) -> optuna.Study:
    """Open the study of this name, or begin it.

    Parameters
    ----------
    storage
        None keeps it in memory; an address such as `sqlite:///study.db` in that database; a path in a journal
        file there.
    """
    backend: str | JournalStorage | None
    if storage is None or "://" in str(storage):
        backend = None if storage is None else str(storage)
    else:
        backend = JournalStorage(JournalFileBackend(str(storage)))
    with _silence():
        return optuna.create_study(
            storage=backend,
            study_name=name,
            load_if_exists=True,
            direction="minimize",
            pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
        )


def name_study(learner: str, examples: Examples, folds: Sequence[Fold], seed: int) -> str:
    """Return a name that is unique to the learner, rows, folds, directions and seed.

    So trials of different searches are never mixed.
    """
    digest = hashlib.sha256(repr((seed, examples.categorical, examples.directions)).encode())
    for part in (
        examples.values,
        examples.happened,
        np.zeros(0) if examples.level is None else examples.level,
        np.zeros(0) if examples.weight is None else examples.weight,
        *(rows for fold in folds for rows in (fold.learned, fold.judged)),
    ):
        digest.update(np.ascontiguousarray(part).tobytes())
    return f"{learner}-{digest.hexdigest()[:16]}"


def list_finished_trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    """Return the completed trials, oldest first."""
    ends = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return study.get_trials(deepcopy=False, states=ends)


@contextmanager
def _silence() -> Iterator[None]:
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        yield
    finally:
        optuna.logging.set_verbosity(level)
