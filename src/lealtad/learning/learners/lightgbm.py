"""LightGBM behind the seam of a `Learner`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.learning.learners.booster_scorer import (
    NATIVE_LEVELS,
    BoosterScorer,
    join_text,
    load,
    split_text,
)
from lealtad.learning.learners.target_statistics import add_statistics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import lightgbm
    from numpy.typing import NDArray

    from lealtad.company.model_settings import Booster
    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.learners.learner import FitPath

MOST_ROUNDS, PATIENCE = 1000, 50
CHECKPOINTS = (5, 7, 11, 15, 22, 32, 46, 67, 98, 142, 205, 298, 432, 626, 1000)
# below that many values one thread fits, since threads that wait for each other cost more than they save; several
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
class PreparedRows:
    """Rows in LightGBM's bins, and as they were put there.

    Attributes
    ----------
    data
        The bins.
    values
        The columns, and after them one target statistic per category of many levels.
    statistics
        By position of such a category the rate of each level; the last is that of rows without one.
    """

    data: lightgbm.Dataset
    values: NDArray[np.float64]
    statistics: Mapping[int, NDArray[np.float64]]


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
    scorer = BoosterScorer
    packages = ("lightgbm",)
    takes_directions = takes_missing = takes_weights = takes_categories = True
    takes_levels = is_seeded = True
    most_trials: int | None = None
    # what did best on many tables, in the order in which a search tries them: shallow trees that each see part of
    # rows and columns, deeper ones whose thresholds are drawn at random, stumps, and larger trees held back
    first_settings: tuple[dict[str, Any], ...] = (
        {**_SHALLOW, "extra_trees": False},
        {**_SHALLOW, "num_leaves": 12, "feature_fraction": 0.3, "extra_trees": True},
        {**_SHALLOW, "num_leaves": 8, "feature_fraction": 0.7, "min_data_in_leaf": 40, "extra_trees": False},
        {**_SHALLOW, "num_leaves": 24, "learning_rate": 0.03, "lambda_l2": 20.0, "extra_trees": False},
        {**_SHALLOW, "num_leaves": 31, "feature_fraction": 0.6, "min_data_in_leaf": 10, "extra_trees": True},
        {**_SHALLOW, "num_leaves": 2, "learning_rate": 0.1, "feature_fraction": 0.5, "extra_trees": False},
        {**_SHALLOW, "num_leaves": 6, "min_data_in_leaf": 150, "lambda_l2": 50.0, "extra_trees": False},
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
        """Return whether one fit takes every core: from 100 million values on."""
        return examples.values.size >= _WORTH_THREADS

    def prepare(self, examples: Examples, reference: PreparedRows | None = None) -> PreparedRows:
        """Return the rows in LightGBM's bins; judged rows in the bins of those that are learned from.

        A category of many levels gets a number: the rate of its level, among the rows before in those that are
        learned from.
        """
        from lightgbm import Dataset

        values, statistics = add_statistics(examples, None if reference is None else reference.statistics)
        categorical = [at for at in examples.categorical if len(statistics.get(at, ())) <= NATIVE_LEVELS]
        data = Dataset(
            values,
            examples.happened,
            reference=None if reference is None else reference.data,
            weight=examples.weight,
            init_score=examples.level,
            categorical_feature=categorical,
            params=self._settings(examples, len(statistics)),
        )
        return PreparedRows(data.construct(), values, statistics)

    def fit_path(
        self,
        examples: Examples,
        learned: PreparedRows,
        judged: PreparedRows,
        settings: Mapping[str, Any],
        seed: int,
    ) -> FitPath:
        """Fit until the judged rows gain no more in 50 rounds; return their log-odds on the way."""
        import lightgbm

        from lealtad.learning.learners.learner import FitPath

        booster = lightgbm.train(
            {**self._settings(examples, len(learned.statistics)), **settings, "seed": seed},
            learned.data,
            MOST_ROUNDS,
            valid_sets=[judged.data],
            callbacks=[lightgbm.early_stopping(PATIENCE, verbose=False)],
        )
        grown, margins, so_far, before = booster.current_iteration(), [], np.zeros(len(judged.values)), 0
        for rounds in CHECKPOINTS:
            until = min(rounds, grown)
            if until > before:
                so_far = so_far + booster.predict(
                    judged.values,
                    raw_score=True,
                    start_iteration=before,
                    num_iteration=until - before,
                    num_threads=self._settings(examples)["num_threads"],
                )
                before = until
            margins.append(so_far.astype(np.float32))
        return FitPath(CHECKPOINTS, np.stack(margins))

    def fit(
        self, examples: Examples, learned: PreparedRows, settings: Mapping[str, Any], rounds: int, seed: int
    ) -> str:
        """Fit that many rounds and return the model's text."""
        import lightgbm

        fixed_settings = self._settings(examples, len(learned.statistics))
        booster = lightgbm.train({**fixed_settings, **settings, "seed": seed}, learned.data, rounds)
        return join_text(str(booster.model_to_string()), learned.statistics)

    def average(self, texts: Sequence[str], level: float) -> str:
        """Return one booster whose log-odds are the mean of these, plus `level`."""
        from lealtad.learning.learners.averaging import average_boosters

        parts = [split_text(text) for text in texts]
        return join_text(average_boosters([booster for booster, _ in parts], level), parts[0][1])

    def load(self, text: str) -> BoosterScorer:
        """Read a booster from its text."""
        return load(text)

    @staticmethod
    def _settings(examples: Examples, more: int = 0) -> dict[str, Any]:
        threads = 0 if examples.values.size >= _WORTH_THREADS else 1
        directions = [*examples.directions, *[0] * more]
        monotone = {"monotone_constraints": directions} if any(directions) else {}
        return {**_FIXED, "num_threads": threads, **monotone}


def make_classifier(**settings: Any) -> Any:
    """Return an unfitted `LGBMClassifier`, for models that are used once and never stored.

    Parameters
    ----------
    **settings
        By scikit-learn's names, such as `n_estimators`; fits are deterministic and silent by default.

    Examples
    --------
    >>> make_classifier(n_estimators=3).get_params()["n_estimators"]
    3
    """
    from lightgbm import LGBMClassifier

    return LGBMClassifier(**{"deterministic": True, "force_row_wise": True, "verbose": -1, **settings})
