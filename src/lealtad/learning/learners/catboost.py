"""CatBoost behind the seam of a `Learner`: `pip install "lealtad[learners]"`.

A served model carries this file along: to load and score a model it needs CatBoost and NumPy, but not lealtad.
"""

from __future__ import annotations

import base64
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lealtad.company.model_settings import Booster
    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.learners.learner import FitPath

MOST_ROUNDS, PATIENCE = 1000, 50
CHECKPOINTS = (15, 32, 67, 98, 142, 205, 298, 432, 626, 1000)


@dataclass(frozen=True)
class CatBoostScorer:
    """Models of CatBoost; the log-odds are their mean."""

    models: Sequence[Any]
    categorical: Sequence[int]
    level: float

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        rows = to_cells(values, self.categorical)
        raw = [model.predict(rows, prediction_type="RawFormulaVal") for model in self.models]
        return np.asarray(np.mean(raw, axis=0) + self.level)

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds of each row."""
        from catboost import Pool

        pool = Pool(to_cells(values, self.categorical), cat_features=list(self.categorical))
        adds = [model.get_feature_importance(pool, type="ShapValues")[:, :-1] for model in self.models]
        return np.asarray(np.mean(adds, axis=0))


@dataclass(frozen=True)
class CatBoost:
    """Symmetric trees of CatBoost; categories by ordered target statistics of its own."""

    name = "catboost"
    scorer = CatBoostScorer
    packages = ("catboost", "numpy")
    takes_directions = takes_missing = takes_weights = takes_categories = takes_levels = is_seeded = True
    most_trials: int | None = 3
    first_settings: tuple[dict[str, Any], ...] = (
        {"learning_rate": 0.06, "depth": 6, "l2_leaf_reg": 3.0},
        {"learning_rate": 0.06, "depth": 4, "l2_leaf_reg": 10.0},
        {"learning_rate": 0.06, "depth": 3, "l2_leaf_reg": 3.0},
    )

    def suggest_settings(self, trial: Any) -> dict[str, Any]:
        """Return the settings of a trial, by CatBoost's names."""
        return {
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
            "depth": trial.suggest_int("depth", 2, 8),
            "l2_leaf_reg": trial.suggest_float("l2_leaf_reg", 0.5, 50.0, log=True),
        }

    def translate(self, booster: Booster) -> dict[str, Any]:
        """Return the settings of `[booster]` by CatBoost's names."""
        depth = max(1, round(float(np.log2(booster.leaves))))
        return {"learning_rate": booster.learning_rate, "depth": depth, "l2_leaf_reg": max(booster.l2, 0.1)}

    def fills_cores(self, examples: Examples) -> bool:  # noqa: ARG002 - the signature of the seam
        """Say that a fit takes one core."""
        return False

    def prepare(self, examples: Examples, reference: Any = None) -> Any:  # noqa: ARG002 - likewise
        """Return the rows as a pool."""
        from catboost import Pool

        return Pool(
            to_cells(examples.values, examples.categorical),
            examples.happened,
            cat_features=list(examples.categorical),
            weight=examples.weight,
            baseline=examples.level,
        )

    def fit_path(
        self, examples: Examples, learned: Any, judged: Any, settings: Mapping[str, Any], seed: int
    ) -> FitPath:
        """Fit until the judged rows gain no more in 50 rounds; return their log-odds on the way."""
        from lealtad.learning.learners.learner import FitPath

        model = _make_model(examples, settings, MOST_ROUNDS, seed)
        model.fit(learned, eval_set=judged, early_stopping_rounds=PATIENCE, use_best_model=False)
        baseline = judged.get_baseline()
        level = baseline[:, 0] if np.size(baseline) else 0.0
        grown = model.tree_count_
        margins = [
            model.predict(judged, prediction_type="RawFormulaVal", ntree_end=min(rounds, grown)) - level
            for rounds in CHECKPOINTS
        ]
        return FitPath(CHECKPOINTS, np.stack(margins).astype(np.float32))

    def fit(self, examples: Examples, learned: Any, settings: Mapping[str, Any], rounds: int, seed: int) -> str:
        """Fit that many rounds and return the model: CatBoost's own format, written as text."""
        model = _make_model(examples, settings, rounds, seed).fit(learned)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "model.cbm"
            model.save_model(str(file))
            text = base64.b64encode(file.read_bytes()).decode()
        return json.dumps({"models": [text], "categorical": list(examples.categorical), "level": 0.0})

    def average(self, texts: Sequence[str], level: float) -> str:
        """Return the model whose log-odds are the mean of these models' log-odds, plus `level`."""
        parts = [json.loads(text) for text in texts]
        return json.dumps(
            {**parts[0], "models": [model for part in parts for model in part["models"]], "level": level}
        )

    def load(self, text: str) -> CatBoostScorer:
        """Read a model from its text."""
        return load(text)


def load(text: str) -> CatBoostScorer:
    """Read a model from its text, as served models do."""
    from catboost import CatBoostClassifier

    said = json.loads(text)
    models = [CatBoostClassifier().load_model(blob=base64.b64decode(model)) for model in said["models"]]
    return CatBoostScorer(models, said["categorical"], said["level"])


def to_cells(values: NDArray[np.float64], categorical: Sequence[int]) -> Any:
    """Return rows as CatBoost reads them: categories as whole numbers, -1 where there is none."""
    if not len(categorical):
        return np.asarray(values)
    cells = np.asarray(values).astype(object)
    for position in categorical:
        cells[:, position] = np.nan_to_num(values[:, position], nan=-1.0).astype(int)
    return cells


def _make_model(examples: Examples, settings: Mapping[str, Any], rounds: int, seed: int) -> Any:
    from catboost import CatBoostClassifier

    directions = {"monotone_constraints": list(examples.directions)} if any(examples.directions) else {}
    return CatBoostClassifier(
        **settings,
        **directions,
        iterations=rounds,
        random_seed=seed,
        thread_count=1,
        verbose=False,
        allow_writing_files=False,
    )
