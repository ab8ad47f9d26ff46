"""The plan of a training, as a definition states it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.learning.fitting import Plan
from lealtad.learning.search import Budget, Tuned

if TYPE_CHECKING:
    from pathlib import Path

    from lealtad.company.model_definition import Booster, Definition


def planned(definition: Definition, storage: Path | str | None = None) -> Plan:
    """Return how to search and fit; settings that the definition fixes replace the search."""
    search = definition.search
    return Plan(
        budget=Budget(trials=search.trials, seconds=search.seconds),
        settings=None if definition.booster is None else _fixed(definition.booster),
        seeds=search.seeds,
        seed=definition.seed,
        storage=storage,
        most_rows=search.most_rows,
    )


def _fixed(booster: Booster) -> Tuned:
    settings = {
        "learning_rate": booster.learning_rate,
        "num_leaves": booster.leaves,
        "min_data_in_leaf": booster.min_rows_per_leaf,
        "feature_fraction": booster.feature_share,
        "bagging_fraction": booster.row_share,
        "lambda_l2": booster.l2,
        "extra_trees": booster.random_thresholds,
    }
    return Tuned(settings, booster.rounds, loss=float("nan"), trials=0)
