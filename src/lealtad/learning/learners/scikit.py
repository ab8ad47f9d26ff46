"""Every estimator and pipeline of scikit-learn behind the seam of a `Learner`, stored by skops.

skops writes arrays and types, and reads back only types of a fixed list: nothing is unpickled. A served model
carries this file along: to load and score a model it needs scikit-learn, skops, pandas and NumPy, but not lealtad.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zipfile import ZIP_DEFLATED

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from lealtad.company.model_definition import Booster
    from lealtad.learning.learners.examples import Examples
    from lealtad.learning.learners.learner import FitPath

# what skops does not know by itself, and what estimators of scikit-learn are made of
TRUSTED = (
    "numpy.dtype",
    "scipy._lib.array_api_compat.numpy._aliases.asarray",
    "scipy.interpolate._bsplines.BSpline",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    "sklearn.gaussian_process.kernels.ConstantKernel",
    "sklearn.gaussian_process.kernels.Product",
    "sklearn.gaussian_process.kernels.RBF",
    "sklearn.metrics._dist_metrics.EuclideanDistance64",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.tree._tree.Tree",
)
_CERTAIN = 1e-6
_ORDERS = 2  # in which columns are put in place of typical ones, each forward and backward


@dataclass(frozen=True)
class ScikitScorer:
    """A fitted estimator that scores.

    Attributes
    ----------
    models
        Fitted estimators; the log-odds are their mean.
    columns
        Names, in the order of the rows.
    levels
        By position of a category its levels.
    typical
        A usual row: medians, and the most frequent levels.
    """

    models: Sequence[Any]
    columns: Sequence[str]
    levels: Mapping[int, Sequence[str]]
    typical: NDArray[np.float64]
    level: float

    def predict_margin(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log-odds of each row."""
        rows = to_frame(values, self.columns, self.levels)
        return np.asarray(
            np.mean([to_margin(model.predict_proba(rows)) for model in self.models], axis=0) + self.level
        )

    def explain(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what each column adds to the log-odds of each row, against the usual row.

        Notes
        -----
        Shapley values by sampling: columns take the row's value one after the other, in a few random orders, each
        also backward. They sum exactly to the distance from the usual row.
        """
        rng, count = np.random.default_rng(0), values.shape[1]
        orders = [rng.permutation(count) for _ in range(_ORDERS)]
        adds = np.zeros(values.shape)
        for order in (order for one in orders for order in (one, one[::-1])):
            rows = np.tile(self.typical, (len(values), 1))
            before = self.predict_margin(rows)
            for position in order:
                rows[:, position] = values[:, position]
                after = self.predict_margin(rows)
                adds[:, position] += after - before
                before = after
        return adds / (2 * _ORDERS)


@dataclass(frozen=True)
class Scikit:
    """An estimator of scikit-learn that says probabilities, or a pipeline that ends in one.

    A pipeline gets a pandas frame with the table's own columns: numbers, and categories as text. For an estimator
    that is no pipeline, categories are turned into one column per level.

    Parameters
    ----------
    estimator
        Unfitted; it is cloned for each fit.
    """

    estimator: Any = None
    name = "scikit-learn"
    packages = ("numpy", "pandas", "scikit-learn", "skops")
    takes_missing = takes_categories = True  # `check` tries, and says what an estimator refuses
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
        said = {"models": [stored], "columns": columns, "levels": levels, "level": 0.0}
        return json.dumps({**said, "typical": [None if np.isnan(one) else one for one in _find_typical(learned)]})

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


def load(text: str) -> ScikitScorer:
    """Read a model from its text, as served models do."""
    import skops.io

    said = json.loads(text)
    models = [skops.io.loads(base64.b64decode(model), trusted=list(TRUSTED)) for model in said["models"]]
    levels = {int(at): names for at, names in said["levels"].items()}
    typical = np.array(said["typical"], dtype=np.float64)
    return ScikitScorer(models, said["columns"], levels, typical, said["level"])


def to_margin(probabilities: Any) -> NDArray[np.float64]:
    """Return the log-odds of what `predict_proba` returned."""
    p = np.clip(np.asarray(probabilities, dtype=np.float64)[:, 1], _CERTAIN, 1 - _CERTAIN)
    return np.asarray(np.log(p) - np.log1p(-p))


def to_frame(
    values: NDArray[np.float64], columns: Sequence[str], levels: Mapping[int, Sequence[str]]
) -> pd.DataFrame:
    """Return rows as a frame: numbers, and categories as text; null is NaN."""
    import pandas as pd

    frame = pd.DataFrame(np.array(values, dtype=np.float64), columns=list(columns))
    for position, names in levels.items():
        codes = np.nan_to_num(values[:, position], nan=len(names)).astype(int)
        texts = np.array([*names, np.nan], dtype=object)
        frame[columns[position]] = pd.Series(texts[np.clip(codes, 0, len(names))], dtype=object)
    return frame


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
    """Return the median of each number and the usual level of each category; NaN where most are missing."""
    typical = []
    rows = np.asarray(learned.values)
    for position, column in enumerate(rows.T):
        known = column[~np.isnan(column)]
        if len(known) < len(column) / 2:
            typical.append(float("nan"))
        elif position in learned.categorical:
            typical.append(float(np.bincount(known.astype(int)).argmax()))
        else:
            typical.append(float(np.median(known)))
    return typical
