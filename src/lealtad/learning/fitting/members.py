"""The fits that a model is the mean of: searched, chosen on folds, and fitted on every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from joblib import Parallel, cpu_count, delayed

from lealtad.learning.fitting.mixing import average_margins, choose_members
from lealtad.learning.fitting.stable_fits import find_stable_by_fold, fit_on_stable
from lealtad.learning.learners import Logistic, Mean, list_parts
from lealtad.learning.learners.stable_columns import blank_columns, find_stable_columns
from lealtad.learning.search import fit_candidate, prepare_fold, tune

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.learning.fitting.mixing import Member
    from lealtad.learning.fitting.plan import FitPlan
    from lealtad.learning.learners import AnyLearner, Examples, Learner
    from lealtad.learning.search import Candidate, Fold, PreparedFold, TunedSettings


@dataclass(frozen=True)
class Recipe:
    """The settings of one fit of a mean.

    Attributes
    ----------
    learner
        The kind of model.
    settings
        By the learner's names.
    rounds
        Rounds of fitting, such as trees.
    on_stable
        Whether it learns only from stable columns; see `find_stable_columns`.
    """

    learner: Learner
    settings: Mapping[str, Any]
    rounds: int
    on_stable: bool = False


@dataclass(frozen=True)
class JudgedMembers:
    """Chosen members, and the log-odds of rows by fits that had not seen them.

    Attributes
    ----------
    members
        Chosen on all folds.
    margin
        Log-odds of their mean, one per row; NaN if no fold judges it.
    by_fold
        For each fold the log-odds of all rows by members that were chosen without it; None if nothing was.
    tuned
        The best single settings.
    """

    members: list[Recipe]
    margin: NDArray[np.float64]
    by_fold: list[NDArray[np.float64]] | None
    tuned: TunedSettings


def search_members(
    examples: Examples, folds: Sequence[Fold], plan: FitPlan, *, in_time: bool, say: Callable[[str], None]
) -> JudgedMembers:
    """Search the settings of each learner on the folds, and choose the fits whose mean does best on them."""
    if plan.settings is not None:
        return _judge_settings(examples, folds, plan, plan.settings)
    candidates: list[Candidate] = []
    best: list[TunedSettings] = []
    parts = list_parts(plan.learner)
    stable = [] if all(map(_is_rule_of_thumb, parts)) else find_stable_by_fold(examples, folds, plan.seed)
    for learner in parts:
        prepared = [prepare_fold(learner, examples, fold) for fold in folds]
        budget = plan.budget.limit(learner.most_trials)
        result = tune(
            examples, prepared, budget=budget, seed=plan.seed, learner=learner, storage=plan.storage, say=say
        )
        candidates += result.candidates
        candidates += fit_on_stable(result.candidates, examples, folds, stable, plan.seed)
        best.append(result.best)
    everything = list(range(len(folds)))
    members = choose_members(candidates, examples, folds, everything, most=plan.seeds)
    by_fold = []
    for fold in everything:
        asked = [other for other in everything if (other < fold if in_time else other != fold)]
        by_fold.append(average_margins(choose_members(candidates, examples, folds, asked, most=plan.seeds)))
    tuned = min(best, key=lambda settings: settings.loss)
    return JudgedMembers(
        [_to_recipe(member) for member in members],
        average_margins(members),
        by_fold,
        replace(tuned, trials=sum(settings.trials for settings in best)),
    )


def _is_rule_of_thumb(learner: Learner) -> bool:
    """Return whether a learner uses fixed columns, like a rule of thumb."""
    return isinstance(learner, Logistic) and bool(learner.columns)


def fit_members(
    members: Sequence[Recipe], examples: Examples, *, level: float, seed: int, seeds: int
) -> tuple[AnyLearner, str]:
    """Fit every member on all rows; return the learner of their mean, and its text.

    Parameters
    ----------
    level
        Log-odds to add if the rows have their own level.
    seeds
        Approximate number of fits in total; each member is fitted equally often.
    """
    each = _count_fits(members, seeds)
    learners = {member.learner.name: member.learner for member in members}
    texts, weights = {}, {}
    for name, learner in learners.items():
        own = [member for member in members if member.learner.name == name]
        texts[name] = _fit_learner(learner, own, examples, level=level, seed=seed, each=each)
        weights[name] = len(own) / len(members)
    if len(learners) == 1:
        [(name, learner)] = learners.items()
        return learner, texts[name]
    mean = Mean(tuple(learners.values()))
    return mean, mean.join(texts, weights)


def grow_members(members: list[Recipe], whole: Examples, last: Fold, seed: int) -> list[Recipe]:
    """Return the members with as many rounds as the last fold of all rows gains from, at least their own."""
    first = members[0]
    judged = fit_candidate(first.learner, whole, [prepare_fold(first.learner, whole, last)], first.settings, seed)
    rounds = judged.rounds[int(judged.losses[:, 0].argmin())]
    factor = max(1.0, rounds / first.rounds)
    return [replace(member, rounds=round(member.rounds * factor)) for member in members]


def describe_members(members: Sequence[Recipe], seeds: int) -> str:
    """Return how many fits of which kind a mean is of.

    Examples
    --------
    >>> from lealtad.learning.learners import DEFAULT
    >>> describe_members([Recipe(DEFAULT, {}, 50), Recipe(DEFAULT, {}, 70)], seeds=4)
    '4 fits of lightgbm (2 settings)'
    """
    each = _count_fits(members, seeds)
    kinds = Counter((member.learner.name, member.on_stable) for member in members)
    learners = {member.learner.name: member.learner for member in members}
    parts = []
    for (name, on_stable), count in kinds.items():
        fits = count * each if learners[name].is_seeded else count
        what = f"{name} on stable columns" if on_stable else name
        parts.append(f"{fits} fits of {what} ({count} {'settings' if count > 1 else 'setting'})")
    return ", ".join(parts)


def _count_fits(members: Sequence[Recipe], seeds: int) -> int:
    """Return how often each member is fitted; more seeds cost little beside the search and reduce noise."""
    least = 1 if seeds == 1 else 2
    return max(least, -(-seeds // len(members)))


def _to_recipe(member: Member) -> Recipe:
    candidate = member.candidate
    return Recipe(candidate.learner, dict(candidate.settings), member.rounds, candidate.on_stable)


def _judge_settings(
    examples: Examples, folds: Sequence[Fold], plan: FitPlan, settings: TunedSettings
) -> JudgedMembers:
    """Return the predictions of fits with given settings for rows that they had not seen."""
    [learner] = list_parts(plan.learner)
    recipe = Recipe(learner, settings.settings, settings.rounds)
    parts = [prepare_fold(learner, examples, fold) for fold in folds]
    return JudgedMembers([recipe], predict_out_of_fold(recipe, examples, parts, plan), None, settings)


def predict_out_of_fold(
    recipe: Recipe, examples: Examples, parts: Sequence[PreparedFold], plan: FitPlan
) -> NDArray[np.float64]:
    """Return the log-odds of each row by a model that had not seen it; NaN if no fold judges it.

    Where a level was given, they are those above or below the level.
    """
    raw = np.full(len(examples.happened), np.nan)
    for part in parts:
        texts = _fit_seeds(recipe, examples, part.learned, plan.seed, plan.seeds)
        scorer = recipe.learner.load(recipe.learner.average(texts, 0.0))
        raw[part.fold.judged] = scorer.predict_margin(examples.values[part.fold.judged])
        if examples.level is not None and not recipe.learner.takes_levels:
            raw[part.fold.judged] -= examples.level[part.fold.learned].mean()
    return raw


def _fit_learner(  # noqa: PLR0913 - what is fitted, how, and how often
    learner: Learner, members: Sequence[Recipe], examples: Examples, *, level: float, seed: int, each: int
) -> str:
    """Return the text of the mean of all fits of one learner."""
    prepared = {False: learner.prepare(examples)}
    if any(member.on_stable for member in members):
        prepared[True] = learner.prepare(blank_columns(examples, find_stable_columns(examples, seed=seed)))
    texts = [
        text
        for number, member in enumerate(members)
        for text in _fit_seeds(member, examples, prepared[member.on_stable], seed + number * each, each)
    ]
    return learner.average(texts, level if learner.takes_levels else 0.0)


def _fit_seeds(recipe: Recipe, examples: Examples, learned: Any, seed: int, seeds: int) -> list[str]:
    learner = recipe.learner
    at_once = 1 if learner.fills_cores(examples) else min(seeds, cpu_count())
    return list(
        Parallel(n_jobs=at_once, prefer="threads")(
            delayed(learner.fit)(examples, learned, recipe.settings, recipe.rounds, seed + number)
            for number in range(seeds if learner.is_seeded else 1)
        )
    )
