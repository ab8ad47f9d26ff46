"""The settings that are searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import optuna

_SHALLOW = {
    "learning_rate": 0.05,
    "num_leaves": 4,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "lambda_l2": 5.0,
}
# shallow trees that each see part of rows and columns, and deeper ones whose thresholds are drawn at random
FIRST: tuple[dict[str, float], ...] = (
    {**_SHALLOW, "extra_trees": False},
    {**_SHALLOW, "num_leaves": 12, "feature_fraction": 0.3, "extra_trees": True},
)


def suggest_settings(trial: optuna.Trial) -> dict[str, float]:
    """Return the settings of a trial, by LightGBM's names."""
    return {
        "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
        "num_leaves": trial.suggest_int("num_leaves", 2, 31, log=True),
        "min_data_in_leaf": trial.suggest_int("min_data_in_leaf", 5, 300, log=True),
        "feature_fraction": trial.suggest_float("feature_fraction", 0.15, 1.0),
        "bagging_fraction": trial.suggest_float("bagging_fraction", 0.4, 1.0),
        "lambda_l2": trial.suggest_float("lambda_l2", 0.1, 100.0, log=True),
        "extra_trees": trial.suggest_categorical("extra_trees", [False, True]),
    }
