"""The plan of a training, as a definition states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.learning.fitting import FitPlan
from lealtad.learning.search import Budget, TunedSettings

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.model_definition import Booster, ModelDefinition


def plan_training(definition: ModelDefinition, storage: Path | str | None = None) -> FitPlan:
    """Return how to search and fit; settings that the definition fixes replace the search."""
    search = definition.search
    return FitPlan(
        budget=Budget(trials=search.trials, seconds=search.seconds),
        settings=None if definition.booster is None else _read_settings(definition.booster),
        seeds=search.seeds,
        seed=definition.seed,
        storage=storage,
        most_rows=search.most_rows,
    )


def _read_settings(booster: Booster) -> TunedSettings:
    settings = {
        "learning_rate": booster.learning_rate,
        "num_leaves": booster.leaves,
        "min_data_in_leaf": booster.min_rows_per_leaf,
        "feature_fraction": booster.feature_share,
        "bagging_fraction": booster.row_share,
        "lambda_l2": booster.l2,
        "extra_trees": booster.random_thresholds,
    }
    return TunedSettings(settings, booster.rounds, loss=float("nan"), trials=0)
