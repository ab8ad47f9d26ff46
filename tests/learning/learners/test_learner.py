"""A new kind of model is one file: the seam searches, fits, calibrates, saves, serves and explains it."""

import json

import numpy as np
import pandas as pd
import pytest

import lealtad
from lealtad.base.errors import ModelError, SettingsError
from lealtad.learning.learners import DEFAULT, Examples, LightGBM, check_examples
from lealtad.learning.on_table import TableModel
from lealtad.learning.search import Budget
from lealtad.models.registry import artifact, served
from tests.learning.learners.logistic import Logistic

pytestmark = pytest.mark.slow

QUICK = {"budget": Budget(trials=2), "folds": 3, "seeds": 2, "progress": lambda _: None}


def customers(n=900, seed=1):
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({"tenure": rng.exponential(20, n), "complaints": rng.poisson(1, n).astype(float)})
    y = rng.random(n) < 1 / (1 + np.exp(1 + X["tenure"] / 15 - X["complaints"]))
    X.loc[::50, "tenure"] = np.nan
    return X, y.astype(int).to_numpy()


@pytest.fixture(scope="module")
def trained():
    return lealtad.train_table(*customers(), learner=Logistic(), **QUICK)


def test_it_is_searched_fitted_and_calibrated_like_any_other(trained):
    assert set(trained.tuned.settings) == {"C"}
    assert trained.metric("auc") > 0.7
    ends, probability = trained.model.interval(customers()[0]), trained.predict(customers()[0])
    assert ((ends["low"] <= probability) & (probability <= ends["high"])).all()


def test_it_learns_in_time_although_it_takes_no_level():
    X, y = customers()
    found = lealtad.train_table(X, y, time=np.arange(len(X)) // 100, learner=Logistic(), **QUICK)
    assert found.metric("auc") > 0.65


def test_it_is_saved_as_text_and_read_back_by_the_same_learner_alone(trained, tmp_path):
    X, _ = customers()
    trained.model.write(tmp_path)
    again = TableModel.read(tmp_path, Logistic())
    pd.testing.assert_series_equal(again.predict(X), trained.predict(X))
    with pytest.raises(ModelError, match="a model of the learner 'lightgbm', found one of 'line'"):
        TableModel.read(tmp_path, DEFAULT)


def served_model(text, calibration, columns, learner, folder, **learned):
    contract = artifact.build_contract("m", text, calibration, columns=columns, catalog="c", kpis="k", **learned)
    hashes = {
        "contract_sha256": contract.sha256,
        "learner_sha256": artifact.compute_digest(artifact.read_code(learner)),
    }
    paths = artifact.write_files(folder, text, contract, learner)
    model = served.ServedModel()
    model.load_context(type("Context", (), {"artifacts": paths, "model_config": hashes}))
    return model


def test_it_is_served_and_explained_by_the_code_it_carries_along(trained, tmp_path):
    X, _ = customers()
    model = served_model(trained.model.text, trained.model.calibration, list(X.columns), Logistic(), tmp_path)
    answer = model.predict(None, X, {"reasons": 1})
    np.testing.assert_allclose(answer["probability"], trained.predict(X), rtol=1e-12)
    adds = model.contributions(X)
    assert list(adds.columns) == list(X.columns)
    slope = served.read_slope(trained.model.calibration.to_text())
    margin = trained.model.scorer.predict_margin(X.to_numpy())
    np.testing.assert_allclose(np.diff(adds.sum(axis=1)), slope * np.diff(margin), atol=1e-9)
    assert {reasons[0]["column"] for reasons in answer["reasons"]} <= set(X.columns)


def test_what_a_learner_cannot_take_is_refused(trained):
    X, y = customers()
    with pytest.raises(SettingsError, match=r"learner 'line'.*takes directions of columns"):
        lealtad.train_table(X, y, constraints={"tenure": -1}, learner=Logistic(), **QUICK)
    with pytest.raises(SettingsError, match="takes categories"):
        check_examples(Logistic(), Examples(X.to_numpy(), y, categorical=(0,)))
    check_examples(DEFAULT, Examples(X.to_numpy(), y, categorical=(0,), directions=(0, 1), weight=y + 1.0))


def test_the_files_of_lightgbm_stay_what_they_are(tmp_path):
    X, y = customers()
    trained = lealtad.train_table(X, y, learner="lightgbm", **QUICK)
    assert isinstance(trained.model.learner, LightGBM)
    trained.model.write(tmp_path)
    assert (tmp_path / "booster.txt").read_text().startswith("tree\nversion=")
    assert "learner" not in json.loads((tmp_path / "contract.json").read_text())
    model = served_model(trained.model.text, trained.model.calibration, list(X.columns), DEFAULT, tmp_path / "s")
    np.testing.assert_allclose(model.predict(None, X)["probability"], trained.predict(X), rtol=1e-12)
