"""The simple models that the judged one is always compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from lealtad.learning.estimators.one_column import OneColumnClassifier
from lealtad.learning.learners.logistic import Logistic

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

# days since the last order; orders in 56 days; silence relative to the customer's own usual gap
RULES = {"recency": "days_since_order", "frequency": "orders_56d", "cadence": "silence"}


def make_baseline_learner(name: str) -> Logistic:
    """Return the learner that scores as a baseline does, where the gate finds no model better.

    Parameters
    ----------
    name
        `logistic`, or a rule of thumb: `recency`, `frequency` or `cadence`.

    Examples
    --------
    >>> make_baseline_learner("recency").columns
    ('days_since_order',)
    """
    return Logistic((RULES[name],) if name in RULES else ())


def make_baselines(features: Sequence[str]) -> dict[str, Any]:
    """Return unfitted baselines for a matrix with the columns of the catalog, by name.

    `base_rate` gives all customers the same probability. `recency`, `frequency` and `cadence` are the trade's
    simple rules. `logistic` is a regularised logistic regression on the logarithms of all features.
    """
    baselines: dict[str, Any] = {"base_rate": DummyClassifier(strategy="prior")}
    for name, column in RULES.items():
        if column in features:
            baselines[name] = OneColumnClassifier(list(features).index(column))
    baselines["logistic"] = make_pipeline(_scale_numbers(), LogisticRegression(C=0.01, max_iter=5000))
    return baselines


def make_table_baselines(columns: Sequence[str], categorical: Collection[int] = ()) -> dict[str, Any]:
    """Return unfitted baselines for any matrix, by name; `categorical` are positions of codes of categories.

    `base_rate` and `logistic` as in `make_baselines`, with one column per level of a category; `one_column` is the
    number that orders the rows best by itself.
    """
    numeric = [position for position in range(len(columns)) if position not in categorical]
    baselines: dict[str, Any] = {"base_rate": DummyClassifier(strategy="prior")}
    if numeric:
        baselines["one_column"] = OneColumnClassifier(numeric)
    levels = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5)
    matrix = make_column_transformer((_scale_numbers(), numeric), (levels, sorted(categorical)))
    baselines["logistic"] = make_pipeline(matrix, LogisticRegression(C=0.1, max_iter=5000))
    return baselines


def log_with_sign(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `sign(x) · log(1 + |x|)`, which brings counts and money to one scale."""
    return np.asarray(np.sign(X) * np.log1p(np.abs(X)))


def _scale_numbers() -> Any:
    """Return the steps that bring numbers to one scale, with a column that says where one was missing."""
    return make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        FunctionTransformer(log_with_sign),
        StandardScaler(),
    )
