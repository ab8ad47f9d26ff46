"""Any learner is trained, stored, served and explained alike: named ones, those of scikit-learn, and means."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.svm import LinearSVC

import lealtad
from lealtad.base.errors import SettingsError
from lealtad.learning.learners import Examples, choose_learner
from lealtad.learning.learners.target_statistics import learn_statistics, order_statistics
from lealtad.learning.on_table import TableModel
from lealtad.learning.search import Budget
from lealtad.models.registry import served
from tests.learning.learners.test_learner import served_model

QUICK = {"budget": Budget(trials=1), "folds": 2, "seeds": 1, "progress": lambda _: None}
PIPELINE = make_pipeline(
    make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), ["plan"]), (SimpleImputer(), ["tenure", "complaints"])
    ),
    LogisticRegression(),
)


def customers(n=400, seed=1):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"tenure": rng.exponential(20, n), "complaints": rng.poisson(1, n).astype(float)})
    X["plan"] = rng.choice(["basic", "plus", "pro"], n)
    odds = 1 - X["tenure"] / 15 + X["complaints"] - 2 * (X["plan"] == "pro")
    y = rng.random(n) < 1 / (1 + np.exp(-odds))
    X.loc[::40, "tenure"] = np.nan
    return X, y.astype(int).to_numpy()


LEARNERS = {
    "logistic": "logistic",
    "catboost": "catboost",
    "pipeline": PIPELINE,
    "estimator": HistGradientBoostingClassifier(max_iter=20),
    "by address": "sklearn.ensemble.HistGradientBoostingClassifier",
    "mean": ["lightgbm", "logistic"],
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", LEARNERS)
def test_it_is_trained_stored_served_and_explained(kind, tmp_path):
    X, y = customers()
    trained = lealtad.train_table(X, y, learner=LEARNERS[kind], **QUICK)
    assert trained.metric("auc") > 0.7
    trained.model.write(tmp_path)
    again = TableModel.read(tmp_path)
    pd.testing.assert_series_equal(again.predict(X), trained.predict(X))
    adds = again.explain(X.head(5))
    assert list(adds.columns) == list(X.columns)
    margin = again.scorer.predict_margin(again.encoding.matrix(X.head(5))[0])
    np.testing.assert_allclose(np.diff(adds.sum(axis=1)), np.diff(margin), atol=1e-6)
    levels = {name: list(values) for name, values in again.encoding.levels.items()}
    model = served_model(
        trained.model.text,
        trained.model.calibration,
        list(X.columns),
        trained.model.learner,
        tmp_path,
        levels=levels,
    )
    np.testing.assert_allclose(model.predict(None, X)["probability"], trained.predict(X), rtol=1e-9)
    assert served.read_slope(trained.model.calibration.to_text()) > 0


class Changing(ClassifierMixin, BaseEstimator):
    def fit(self, X, y):  # noqa: ARG002 - the signature of scikit-learn
        X.iloc[:, 0] = 0.0
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


class SayingNan(Changing):
    def fit(self, X, y):  # noqa: ARG002 - the signature of scikit-learn
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), np.nan)


class Own(SayingNan):
    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


REFUSED = {
    "no probabilities": (make_pipeline(SimpleImputer(), LinearSVC()), False, "an estimator with predict_proba"),
    "changes its input": (Changing(), False, "leaves its input alone, found one that changes it"),
    "refuses nulls": (LogisticRegression(), True, "takes missing values, found one that refuses them"),
    "says NaN": (SayingNan(), True, "expected probabilities, found NaN"),
    "a type that is not trusted": (Own(), True, "made of types of scikit-learn"),
    "a class": (RandomForestClassifier, True, "an estimator, found its class"),
    "no estimator": (object(), True, "an estimator of scikit-learn"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_estimator_that_cannot_learn_is_one_clear_error_before_the_search(case):
    estimator, with_nulls, says = REFUSED[case]
    X, y = customers()
    X = X.drop(columns="plan") if with_nulls else X.drop(columns="plan").fillna(0.0)
    messages = []
    with pytest.raises(SettingsError, match=says):
        lealtad.train_table(X, y, learner=estimator, **(QUICK | {"progress": messages.append}))
    assert not [line for line in messages if line.startswith("trial")]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("lightgmb", r"Did you mean 'lightgbm'\?"),
        (["logistic", "logistic"], "different kinds"),
        ("sklearn.x.Y", "address"),
    ],
)
def test_a_learner_that_is_not_there_is_named(asked, says):
    with pytest.raises(SettingsError, match=says):
        choose_learner(asked)


def test_no_row_knows_its_own_outcome_by_its_category():
    rng = np.random.default_rng(2)
    codes, y = rng.integers(0, 300, 3000).astype(float), (rng.random(3000) < 0.3).astype(float)
    examples = Examples(codes[:, None], y, categorical=(0,))
    learned = learn_statistics(examples, [0])
    column = order_statistics(examples, learned, seed=1)[0]
    # the outcome of a row moves the number of others, never its own
    changed = Examples(codes[:, None], np.where(np.arange(3000) == 7, 1 - y, y), categorical=(0,))
    again = order_statistics(changed, learn_statistics(changed, [0]), seed=1)[0]
    assert abs(column[7] - again[7]) < 5e-3  # by the common rate alone
    assert abs(np.corrcoef(column, y)[0, 1]) < 0.06
