"""Estimators of scikit-learn that score, stored by skops.

skops writes arrays and types, and reads back only types of a fixed list: nothing is unpickled. A served model
carries this file along: to load and score a model it needs scikit-learn, skops, pandas and NumPy, but not lealtad.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

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


def load(text: str) -> ScikitScorer:
    """Read a model from its text, as served models do."""
    import skops.io

    stored = json.loads(text)
    models = [skops.io.loads(base64.b64decode(model), trusted=list(TRUSTED)) for model in stored["models"]]
    levels = {int(at): names for at, names in stored["levels"].items()}
    typical = np.array(stored["typical"], dtype=np.float64)
    return ScikitScorer(models, stored["columns"], levels, typical, stored["level"])


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
