"""Every estimator and pipeline of scikit-learn behind the `Learner` interface."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED

import numpy as np

from lealtad.learning.learners.scikit_scorer import ScikitScorer, load, to_frame, to_margin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from lealtad.company.model_settings import Booster
    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.learners.learner import FitPath


@dataclass(frozen=True)
class Scikit:
    """An estimator of scikit-learn that predicts probabilities, or a pipeline that ends in one.

    A pipeline gets a pandas frame with the table's own columns: numbers, and categories as text. For an estimator
    that is not a pipeline, categories are turned into one column per level.

    Parameters
    ----------
    estimator
        Unfitted; it is cloned for each fit.
    """

    estimator: Any = None
    name = "scikit-learn"
    scorer = ScikitScorer
    packages = ("numpy", "pandas", "scikit-learn", "skops")
    takes_missing = takes_categories = True  # `check` tests whether an estimator accepts them
    takes_directions = takes_levels = False
    most_trials: int | None = 1
    first_settings: tuple[dict[str, Any], ...] = ({},)

    @property
    def takes_weights(self) -> bool:
        """Whether the estimator, or the last step of the pipeline, takes `sample_weight`."""
        from sklearn.utils.validation import has_fit_parameter

        return bool(has_fit_parameter(_last_step(self.estimator), "sample_weight"))

    @property
    def is_seeded(self) -> bool:
        """Whether fits with different seeds differ."""
        return any(name.endswith("random_state") for name in self.estimator.get_params())

    def check(self, examples: Examples) -> None:
        """Refuse an estimator that cannot learn from such rows, by a fit of few of them.

        Raises
        ------
        SettingsError
            If it has no probabilities, changes its input, refuses missing values, says NaN, or is made of types
            that are not on the fixed list.
        """
        from lealtad.learning.learners.scikit_check import check_estimator

        check_estimator(self, examples)

    def suggest_settings(self, trial: Any) -> dict[str, Any]:  # noqa: ARG002 - the signature of the seam
        """Return no settings: the estimator is taken as it was given."""
        return {}

    def translate(self, booster: Booster) -> dict[str, Any]:  # noqa: ARG002 - likewise
        """Return no settings: those of `[booster]` are for trees."""
        return {}

    def fills_cores(self, examples: Examples) -> bool:  # noqa: ARG002 - likewise
        """Say that a fit may take every core, as the estimator decides."""
        return (self.estimator.get_params().get("n_jobs") or 1) != 1

    def prepare(self, examples: Examples, reference: Any = None) -> Examples:  # noqa: ARG002 - likewise
        """Return the rows as they are."""
        return examples

    def fit_path(
        self,
        examples: Examples,  # noqa: ARG002 - the signature of the seam
        learned: Examples,
        judged: Examples,
        settings: Mapping[str, Any],  # noqa: ARG002 - likewise
        seed: int,
    ) -> FitPath:
        """Fit once and return the log-odds of the judged rows."""
        from lealtad.learning.learners.learner import FitPath

        model = self.fit_estimator(learned, seed)
        margin = to_margin(model.predict_proba(frame_of(judged)))
        return FitPath((1,), margin[None, :].astype(np.float32))

    def fit(
        self,
        examples: Examples,  # noqa: ARG002 - the signature of the seam
        learned: Examples,
        settings: Mapping[str, Any],  # noqa: ARG002 - likewise
        rounds: int,  # noqa: ARG002 - likewise
        seed: int,
    ) -> str:
        """Fit once and return the model as JSON that holds skops' own format."""
        import skops.io

        stored = base64.b64encode(
            skops.io.dumps(self.fit_estimator(learned, seed), compression=ZIP_DEFLATED, compresslevel=6)
        ).decode()
        columns, levels = name_columns(learned), {at: list(names) for at, names in learned.levels.items()}
        stored_parts = {"models": [stored], "columns": columns, "levels": levels, "level": 0.0}
        return json.dumps(
            {
                **stored_parts,
                "typical": [None if np.isnan(median) else median for median in _find_typical(learned)],
            }
        )

    def fit_estimator(self, learned: Examples, seed: int) -> Any:
        """Return a clone of the estimator, fitted."""
        from sklearn.base import clone

        model = _with_levels(clone(self.estimator), learned)
        seeds = {name: seed for name in model.get_params() if name.split("__")[-1] == "random_state"}
        model.set_params(**seeds)
        return model.fit(frame_of(learned), learned.happened.astype(int), **_name_weights(model, learned))

    def average(self, texts: Sequence[str], level: float) -> str:
        """Return the model whose log-odds are the mean of these models' log-odds, plus `level`."""
        parts = [json.loads(text) for text in texts]
        models = [model for part in parts for model in part["models"]]
        return json.dumps({**parts[0], "models": models, "level": level})

    def load(self, text: str) -> ScikitScorer:
        """Read a model from its text; a type that is not on the fixed list is refused."""
        return load(text)


def frame_of(examples: Examples) -> pd.DataFrame:
    """Return the rows of examples as a frame."""
    return to_frame(examples.values, name_columns(examples), examples.levels)


def name_columns(examples: Examples) -> list[str]:
    """Return the names of the columns; their places where they have none."""
    count = np.shape(examples.values)[1]
    return list(examples.columns) or [f"column_{place}" for place in range(count)]


def _with_levels(model: Any, learned: Examples) -> Any:
    """Return a pipeline that turns categories into columns first, unless the estimator is a pipeline."""
    from sklearn.compose import make_column_transformer
    from sklearn.pipeline import Pipeline, make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    if isinstance(model, Pipeline) or not learned.levels:
        return model
    names = name_columns(learned)
    encoder = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, sparse_output=False)
    columns = make_column_transformer(
        (encoder, [names[at] for at in sorted(learned.levels)]), remainder="passthrough"
    )
    return make_pipeline(columns, model)


def _last_step(estimator: Any) -> Any:
    return estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator


def _name_weights(model: Any, learned: Examples) -> dict[str, Any]:
    if learned.weight is None:
        return {}
    step = f"{model.steps[-1][0]}__" if hasattr(model, "steps") else ""
    return {f"{step}sample_weight": learned.weight}


def _find_typical(learned: Examples) -> list[float]:
    """Return the median of each number and the usual level of each category; NaN if most are missing."""
    typical = []
    rows = np.asarray(learned.values)
    for position, column in enumerate(rows.T):
        present = column[~np.isnan(column)]
        if len(present) < len(column) / 2:
            typical.append(float("nan"))
        elif position in learned.categorical:
            typical.append(float(np.bincount(present.astype(int)).argmax()))
        else:
            typical.append(float(np.median(present)))
    return typical
