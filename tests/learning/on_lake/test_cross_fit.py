"""What is said of a customer hangs on nothing that this customer did."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

import lealtad
from lealtad.examples.dataset import Dataset
from lealtad.learning.on_lake.cross_fit import CrossFitModel
from tests.learning.on_lake.test_training import FIXED, with_features

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return lealtad.train(with_features(tmp_path_factory.mktemp("apart") / "lake", 1), FIXED)


def test_what_a_customer_did_changes_nothing_in_what_is_said_of_them(trained):
    rows = trained.train.rows
    one = rows["customer_id"][0]
    other = rows.with_columns(observed=pl.col("observed") ^ (pl.col("customer_id") == one))
    theirs = rows.filter(pl.col("customer_id") == one)
    predictions = [
        CrossFitModel(found, FIXED).predict(theirs) for found in (trained, replace(trained, train=Dataset(other)))
    ]
    np.testing.assert_array_equal(*predictions)
    everybody = [
        CrossFitModel(found, FIXED).predict(rows) for found in (trained, replace(trained, train=Dataset(other)))
    ]
    assert (everybody[0] != everybody[1]).any()


def test_rows_learned_from_are_told_no_better_than_others(trained):
    rows = trained.train.rows
    inside = trained.fitted.predict(rows.select(trained.train.features).to_numpy())
    apart = CrossFitModel(trained, FIXED).predict(rows)
    assert roc_auc_score(rows["observed"], apart) < roc_auc_score(rows["observed"], inside)
    assert apart.is_between(0, 1).all()


def test_the_order_of_rows_changes_nothing(trained):
    rows = trained.test.rows
    shuffled = rows.with_row_index("at").sample(fraction=1.0, shuffle=True, seed=1)
    predictions = CrossFitModel(trained, FIXED).predict(rows)
    again = shuffled.select("at", p=CrossFitModel(trained, FIXED).predict(shuffled)).sort("at")["p"]
    np.testing.assert_array_equal(predictions, again)
