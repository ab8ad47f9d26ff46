"""The search of settings on folds."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import optuna
from joblib import Parallel, delayed

from lealtad.learning.learners import DEFAULT
from lealtad.learning.search.candidates import (
    Candidate,
    SearchResult,
    TunedSettings,
    compute_losses,
    weigh_folds,
)
from lealtad.learning.search.study import list_finished_trials, name_study, open_study

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lealtad.learning.learners import Examples, FitPath, Learner
    from lealtad.learning.search.budget import Budget
    from lealtad.learning.search.folds import PreparedFold

ROUNDS = "rounds"
_AT_ONCE = 2  # parallel folds; the same on every machine, so that pruning is reproducible
_KEPT = 8  # candidates
_COMPLETE = optuna.trial.TrialState.COMPLETE


def tune(  # noqa: PLR0913 - what is learned from, and how long, from where and how loudly to search
    examples: Examples,
    parts: Sequence[PreparedFold],
    *,
    budget: Budget,
    seed: int,
    learner: Learner = DEFAULT,
    storage: str | Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> SearchResult:
    """Search settings by Optuna's tree-structured Parzen estimator, beginning with what did best on many tables.

    Folds are weighted by the rows they learned from: the larger ones are most like the final model. Each trial is
    fitted on two folds at a time, and stopped if it is worse than the median of earlier trials so far. The search
    ends with its budget, or when it no longer gains. Trial n draws from `seed + n`, so a search resumed from its
    storage makes the same trials as an uninterrupted one.

    Parameters
    ----------
    say
        Is given one line after each trial.
    """
    study = open_study(storage, name_study(learner.name, examples, [part.fold for part in parts], seed))
    if not list_finished_trials(study):
        for start in learner.first_settings:
            study.enqueue_trial(start, skip_if_exists=True)
    began, tried = time.monotonic(), dict[int, Candidate]()
    while not _is_over(study, learner, budget, time.monotonic() - began):
        study.sampler = optuna.samplers.TPESampler(seed=seed + len(list_finished_trials(study)))
        _try_settings(study, learner, examples, parts, seed, tried)
        wanted = f"/{budget.trials}" if budget.trials else ""
        say(f"trial {len(list_finished_trials(study))}{wanted}: log loss {study.best_value:.5f} at best")
    candidates = []
    for trial in _sort_trials(study)[:_KEPT]:
        settings = _read_settings(learner, trial.params)
        # of an earlier run's trials only the settings are stored
        candidates.append(tried.get(trial.number) or fit_candidate(learner, examples, parts, settings, seed))
    best, trials = study.best_trial, len(list_finished_trials(study))
    tuned = TunedSettings(
        _read_settings(learner, best.params), int(best.user_attrs[ROUNDS]), float(study.best_value), trials
    )
    return SearchResult(tuned, tuple(candidates))


def fit_candidate(
    learner: Learner,
    examples: Examples,
    parts: Sequence[PreparedFold],
    settings: Mapping[str, Any],
    seed: int,
) -> Candidate:
    """Fit a learner with the same settings on every fold.

    Parameters
    ----------
    learner
        The kind of model.
    examples
        Rows and outcomes.
    parts
        The folds, as `Learner.prepare` prepared them.
    settings
        Settings by the learner's names.
    seed
        Seed of each fit.

    Returns
    -------
    The log loss on each fold, and the out-of-fold log-odds of each row.
    """
    paths = [
        path
        for first in range(0, len(parts), _AT_ONCE)
        for path in _fit_folds(learner, examples, parts[first : first + _AT_ONCE], settings, seed)
    ]
    return _gather(learner, examples, parts, settings, paths)


def _is_over(study: optuna.Study, learner: Learner, budget: Budget, seconds: float) -> bool:
    finished = list_finished_trials(study)
    if budget.over(trials=len(finished), seconds=seconds):
        return True
    values = [np.inf if trial.value is None or trial.state != _COMPLETE else trial.value for trial in finished]
    searched = len(finished) - len(learner.first_settings)
    return searched >= budget.patience and budget.has_stalled(values)


def _sort_trials(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    complete = study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,))
    return sorted(complete, key=lambda trial: (trial.value, trial.number))


def _read_settings(learner: Learner, params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if name in learner.first_settings[0]}


def _try_settings(  # noqa: PLR0913, PLR0917 - one trial of one search
    study: optuna.Study,
    learner: Learner,
    examples: Examples,
    parts: Sequence[PreparedFold],
    seed: int,
    tried: dict[int, Candidate],
) -> None:
    trial = study.ask()
    settings = learner.suggest_settings(trial)
    paths: list[FitPath] = []
    for first in range(0, len(parts), _AT_ONCE):
        paths += _fit_folds(learner, examples, parts[first : first + _AT_ONCE], settings, seed)
        so_far = _gather(learner, examples, parts[: len(paths)], settings, paths)
        loss = so_far.losses @ weigh_folds([part.fold for part in parts[: len(paths)]])
        trial.report(float(loss.min()), len(paths))
        if len(paths) < len(parts) and trial.should_prune():
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            return
    tried[trial.number] = so_far
    trial.set_user_attr(ROUNDS, so_far.rounds[int(loss.argmin())])
    study.tell(trial, float(loss.min()))
    _forget(study, tried)


def _forget(study: optuna.Study, tried: dict[int, Candidate]) -> None:
    """Drop all but the best candidates, because margins of every trial would fill the memory."""
    best = {trial.number for trial in _sort_trials(study)[:_KEPT]}
    for number in set(tried) - best:
        del tried[number]


def _gather(
    learner: Learner,
    examples: Examples,
    parts: Sequence[PreparedFold],
    settings: Mapping[str, Any],
    paths: Sequence[FitPath],
) -> Candidate:
    rounds = paths[0].rounds
    margins = np.full((len(rounds), len(examples.happened)), np.nan, dtype=np.float32)
    losses = []
    for part, path in zip(parts, paths, strict=True):
        margins[:, part.fold.judged] = path.margins
        losses.append(compute_losses(path.margins, part.fold.judged, examples))
    return Candidate(learner, settings, rounds, np.column_stack(losses), margins)


def _fit_folds(
    learner: Learner, examples: Examples, parts: Sequence[PreparedFold], settings: Mapping[str, Any], seed: int
) -> list[FitPath]:
    fits = Parallel(n_jobs=1 if learner.fills_cores(examples) else len(parts), prefer="threads")(
        delayed(_fit_fold)(learner, examples, part, settings, seed) for part in parts
    )
    return list(fits)


def _fit_fold(
    learner: Learner, examples: Examples, part: PreparedFold, settings: Mapping[str, Any], seed: int
) -> FitPath:
    path = learner.fit_path(examples, part.learned, part.judged, settings, seed)
    if examples.level is None or learner.takes_levels:
        return path
    # a learner without given levels has learned the usual level itself
    usual = np.float32(examples.level[part.fold.learned].mean())
    return replace(path, margins=path.margins - usual)
