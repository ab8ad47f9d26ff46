"""The plan of a training, as a definition states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.base.errors import SettingsError
from lealtad.learning.fitting import FitPlan
from lealtad.learning.learners import DEFAULT, Mean, choose_learner
from lealtad.learning.search import Budget, TunedSettings

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.learning.learners import AnyLearner


def read_learner(definition: ModelDefinition) -> AnyLearner:
    """Return the learner of a definition's `[learner]`.

    Raises
    ------
    SettingsError
        If there is no such learner, or its package is not installed.

    Examples
    --------
    >>> from lealtad.company.model_definition import ModelDefinition
    >>> read_learner(ModelDefinition(name="churn", learner={"kind": "logistic"})).name
    'logistic'
    """
    asked = definition.learner
    return choose_learner(asked.kind, asked.settings, asked.of)


def plan_training(
    definition: ModelDefinition, storage: Path | str | None = None, learner: AnyLearner = DEFAULT
) -> FitPlan:
    """Return how to search and fit; where the definition has a `[booster]`, its settings replace the search."""
    search, booster = definition.search, definition.booster
    settings = None
    if booster is not None and isinstance(learner, Mean):
        raise SettingsError(
            place="[booster]",
            expected="no settings of trees where the learner is a mean, which is searched",
            found="both",
            fix="Leave out [booster], or [learner].",
        )
    if booster is not None and not isinstance(learner, Mean):
        settings = TunedSettings(learner.translate(booster), booster.rounds, loss=float("nan"), trials=0)
    return FitPlan(
        budget=Budget(trials=search.trials, seconds=search.seconds),
        settings=settings,
        seeds=search.seeds,
        seed=definition.seed,
        storage=storage,
        most_rows=search.most_rows,
        learner=learner,
    )
