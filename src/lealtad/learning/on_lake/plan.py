"""The plan of a training, as a definition states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.learning.fitting import FitPlan
from lealtad.learning.learners import DEFAULT
from lealtad.learning.search import Budget, TunedSettings

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.learning.learners import Learner


def plan_training(
    definition: ModelDefinition, storage: Path | str | None = None, learner: Learner = DEFAULT
) -> FitPlan:
    """Return how to search and fit; where the definition has a `[booster]`, its settings replace the search."""
    search, booster = definition.search, definition.booster
    settings = None
    if booster is not None:
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
