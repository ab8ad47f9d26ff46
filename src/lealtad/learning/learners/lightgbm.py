"""LightGBM behind the seam of a `Learner`: the only module that imports it.

A served model carries this file along: to load and score a model it needs LightGBM and NumPy, but not lealtad.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm
    from numpy.typing import NDArray

    from lealtad.company.model_definition import Booster
    from lealtad.learning.learners.examples import Examples

MOST_ROUNDS, PATIENCE = 1000, 50
# below so many values one thread fits, since threads that wait for each other cost more than they save; several
# fits run side by side instead
_WORTH_THREADS = 100_000_000
# histograms column by column: trees that see part of the columns take half the time of those built row by row
_FIXED = {
    "objective": "binary",
    "metric": "binary_logloss",
    "verbosity": -1,
    "deterministic": True,
    "force_col_wise": True,
    "bagging_freq": 1,
    "feature_pre_filter": False,
}
_SHALLOW = {
    "learning_rate": 0.05,
    "num_leaves": 4,
    "min_data_in_leaf": 20,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "lambda_l2": 5.0,
}


@dataclass(frozen=True)
class BoosterScorer:
    """A booster that scores."""

    booster: lightgbm.Booster

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        return np.asarray(self.booster.predict(values, raw_score=True))

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds of each row."""
        return np.asarray(self.booster.predict(values, pred_contrib=True))[:, :-1]


@dataclass(frozen=True)
class LightGBM:
    """Boosted trees of LightGBM, one booster per seed, averaged into one text.

    It takes directions, missing values, weights, categories and given levels. Fits are deterministic: the same
    rows, settings and seed give the same text.

    Examples
    --------
    >>> from lealtad.learning.learners.examples import Examples
    >>> rising = np.arange(100.0)[:, None]
    >>> examples = Examples(rising, (rising[:, 0] > 49).astype(float))
    >>> learner = LightGBM()
    >>> text = learner.fit(examples, learner.prepare(examples), {"min_data_in_leaf": 5}, rounds=5, seed=1)
    >>> low, high = learner.load(text).predict_margin(np.array([[0.0], [99.0]]))
    >>> bool(low < 0 < high)
    True
    """

    name = "lightgbm"
    packages = ("lightgbm",)
    takes_directions = takes_missing = takes_weights = takes_categories = takes_levels = True
    # shallow trees that each see part of rows and columns, and deeper ones whose thresholds are drawn at random
    first_settings: tuple[dict[str, Any], ...] = (
        {**_SHALLOW, "extra_trees": False},
        {**_SHALLOW, "num_leaves": 12, "feature_fraction": 0.3, "extra_trees": True},
    )

    def suggest_settings(self, trial: Any) -> dict[str, Any]:
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

    def translate(self, booster: Booster) -> dict[str, Any]:
        """Return the settings of `[booster]` by LightGBM's names."""
        return {
            "learning_rate": booster.learning_rate,
            "num_leaves": booster.leaves,
            "min_data_in_leaf": booster.min_rows_per_leaf,
            "feature_fraction": booster.feature_share,
            "bagging_fraction": booster.row_share,
            "lambda_l2": booster.l2,
            "extra_trees": booster.random_thresholds,
        }

    def fills_cores(self, examples: Examples) -> bool:
        """Say whether one fit takes every core: from 100 million values on."""
        return examples.values.size >= _WORTH_THREADS

    def prepare(self, examples: Examples, reference: lightgbm.Dataset | None = None) -> lightgbm.Dataset:
        """Return the rows in LightGBM's bins; judged rows in the bins of those that are learned from."""
        from lightgbm import Dataset

        data = Dataset(
            examples.values,
            examples.happened,
            reference=reference,
            weight=examples.weight,
            init_score=examples.level,
            categorical_feature=list(examples.categorical),
            params=self._settings(examples),
        )
        return data.construct()

    def fit_until_best(
        self,
        examples: Examples,
        learned: lightgbm.Dataset,
        judged: lightgbm.Dataset,
        settings: Mapping[str, Any],
        seed: int,
    ) -> tuple[float, int]:
        """Fit until the judged rows gain no more in 50 rounds; return their log loss and the number of rounds."""
        import lightgbm

        booster = lightgbm.train(
            {**self._settings(examples), **settings, "seed": seed},
            learned,
            MOST_ROUNDS,
            valid_sets=[judged],
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        return float(booster.best_score["valid_0"]["binary_logloss"]), int(booster.best_iteration)

    def fit(
        self, examples: Examples, learned: lightgbm.Dataset, settings: Mapping[str, Any], rounds: int, seed: int
    ) -> str:
        """Fit so many rounds and return the booster's text."""
        import lightgbm

        booster = lightgbm.train({**self._settings(examples), **settings, "seed": seed}, learned, rounds)
        return str(booster.model_to_string())

    def average(self, texts: Sequence[str], level: float) -> str:
        """Return one booster whose log-odds are the mean of these, plus `level`."""
        from lealtad.learning.learners.averaging import average_boosters

        return average_boosters(texts, level)

    def load(self, text: str) -> BoosterScorer:
        """Read a booster from its text."""
        from lightgbm import Booster

        return BoosterScorer(Booster(model_str=text))

    @staticmethod
    def _settings(examples: Examples) -> dict[str, Any]:
        threads = 0 if examples.values.size >= _WORTH_THREADS else 1
        monotone = {"monotone_constraints": list(examples.directions)} if any(examples.directions) else {}
        return {**_FIXED, "num_threads": threads, **monotone}


def load(text: str) -> BoosterScorer:
    """Read a model from its text, as served models do."""
    return LightGBM().load(text)


def make_classifier(**settings: Any) -> Any:
    """Return an unfitted `LGBMClassifier`, for models that serve one computation and are never stored.

    Parameters
    ----------
    **settings
        By scikit-learn's names, such as `n_estimators`; fits are deterministic and silent unless they say else.

    Examples
    --------
    >>> make_classifier(n_estimators=3).get_params()["n_estimators"]
    3
    """
    from lightgbm import LGBMClassifier

    return LGBMClassifier(**{"deterministic": True, "force_row_wise": True, "verbose": -1, **settings})
