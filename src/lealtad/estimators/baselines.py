"""The models that always stand beside the one that is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from lealtad.estimators.one_column import OneColumnClassifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

RECENCY, FREQUENCY = "days_since_order", "orders_56d"


def baselines(features: Sequence[str]) -> dict[str, Any]:
    """Return unfitted baselines for a matrix with these columns, by name.

    `base_rate` says the same for everybody; `recency` and `frequency` are the rules of thumb of the trade;
    `logistic` is a regularised logistic regression on the logarithms of all features.
    """
    found: dict[str, Any] = {"base_rate": DummyClassifier(strategy="prior")}
    for name, column in (("recency", RECENCY), ("frequency", FREQUENCY)):
        if column in features:
            found[name] = OneColumnClassifier(list(features).index(column))
    found["logistic"] = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True),
        FunctionTransformer(signed_log),
        StandardScaler(),
        LogisticRegression(C=0.01, max_iter=5000),
    )
    return found


def signed_log(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return `sign(x) · log(1 + |x|)`, which brings counts and money to one scale."""
    return np.asarray(np.sign(X) * np.log1p(np.abs(X)))
