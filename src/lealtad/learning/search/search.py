"""The search of settings on folds."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
from joblib import Parallel, delayed

from lealtad.learning.learners import DEFAULT
from lealtad.learning.search.study import list_finished_trials, name_study, open_study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lealtad.learning.learners import Examples, Learner
    from lealtad.learning.search.budget import Budget
    from lealtad.learning.search.folds import PreparedFold

ROUNDS = "rounds"
_AT_ONCE = 2  # folds; the same on every machine, so that a trial is given up at the same place


@dataclass(frozen=True)
class TunedSettings:
    """The settings that did best on the folds.

    Attributes
    ----------
    settings
        By the learner's names.
    rounds
        Rounds of fitting, such as trees: the mean of what the folds took, weighted by the rows learned from.
    loss
        Mean log loss of the folds, likewise.
    trials
        How many were finished, those of earlier runs included.
    """

    settings: dict[str, Any]
    rounds: int
    loss: float
    trials: int


def tune(  # noqa: PLR0913 - what is learned from, and how long, from where and how loudly to search
    examples: Examples,
    parts: Sequence[PreparedFold],
    *,
    budget: Budget,
    seed: int,
    learner: Learner = DEFAULT,
    storage: str | Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> TunedSettings:
    """Search settings by Optuna's tree-structured Parzen estimator, beginning with the settings to beat.

    Folds count by the rows they learned from: those that learned from most are most like the model that will be
    used. Each trial is fitted on two folds at a time and stopped early on the judged rows. It is given up when it
    is worse than the median of earlier trials so far. The trial n draws from `seed + n`: a search that was stopped
    and resumed from its storage makes the trials that it would have made.

    Parameters
    ----------
    say
        Is given one line after each trial.
    """
    study = open_study(storage, name_study(learner.name, examples, [part.fold for part in parts], seed))
    if not list_finished_trials(study):
        for start in learner.first_settings:
            study.enqueue_trial(start, skip_if_exists=True)
    began = time.monotonic()
    while not budget.over(trials=len(list_finished_trials(study)), seconds=time.monotonic() - began):
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(list_finished_trials(study)))
        _try_settings(study, learner, examples, parts, seed)
        wanted = f"/{budget.trials}" if budget.trials else ""
        say(f"trial {len(list_finished_trials(study))}{wanted}: log loss {study.best_value:.5f} at best")
    best = study.best_trial
    settings = {name: value for name, value in best.params.items() if name in learner.first_settings[0]}
    return TunedSettings(
        settings, int(best.user_attrs[ROUNDS]), float(study.best_value), len(list_finished_trials(study))
    )


def _try_settings(
    study: optuna.Study, learner: Learner, examples: Examples, parts: Sequence[PreparedFold], seed: int
) -> None:
    trial = study.ask()
    settings = learner.suggest_settings(trial)
    results: list[tuple[float, int]] = []
    sizes = [len(part.fold.learned) for part in parts]
    for first in range(0, len(parts), _AT_ONCE):
        results += _fit_folds(learner, examples, parts[first : first + _AT_ONCE], settings, seed)
        losses, rounds = np.array(results).T
        so_far = float(np.average(losses, weights=sizes[: len(results)]))
        trial.report(so_far, len(results))
        if len(results) < len(parts) and trial.should_prune():
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            return
    trial.set_user_attr(ROUNDS, round(float(np.average(rounds, weights=sizes))))
    study.tell(trial, so_far)


def _fit_folds(
    learner: Learner, examples: Examples, parts: Sequence[PreparedFold], settings: Mapping[str, Any], seed: int
) -> list[tuple[float, int]]:
    """Return log loss and rounds of each fold."""
    fits = Parallel(n_jobs=1 if learner.fills_cores(examples) else len(parts), prefer="threads")(
        delayed(learner.fit_until_best)(examples, part.learned, part.judged, settings, seed) for part in parts
    )
    return list(fits)
