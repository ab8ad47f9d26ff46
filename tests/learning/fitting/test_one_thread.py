"""A fit takes one thread of BLAS: more would only wait for the fits beside it."""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_info

import lealtad
from lealtad.learning.fitting.one_thread import use_one_thread
from lealtad.learning.search import Budget


def count_blas_threads():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


def test_the_number_of_threads_comes_back_also_after_an_error():
    before = count_blas_threads()

    @use_one_thread
    def fail():
        assert count_blas_threads() <= {1}
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert count_blas_threads() == before


def test_training_fits_with_one_thread():
    rng = np.random.default_rng(1)
    X = pd.DataFrame({"tenure": rng.normal(size=200)})
    y = (rng.random(200) < 1 / (1 + np.exp(-X["tenure"]))).astype(int)
    seen = set()

    def note(line):
        if line.startswith("fit "):
            seen.update(count_blas_threads())

    lealtad.train_table(X, y, learner="logistic", budget=Budget(trials=1), folds=2, seeds=1, progress=note)
    assert seen == {1}
