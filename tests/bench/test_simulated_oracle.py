"""What the simulated company's own truth says about the model that learned from its tables."""

import numpy as np
import pytest

from bench.simulated_oracle import Evaluation, bootstrap, judge, train


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory):
    # a company of a fifth the size, so that it takes half a minute; the bench measures the whole one
    return judge(*train(tmp_path_factory.mktemp("oracle"), customers=4_000))


@pytest.mark.slow
def test_the_model_is_near_the_oracle_that_knows_the_observable_hazard(evaluation):
    assert evaluation.compute_auc("model") > evaluation.compute_auc("oracle") - 0.03
    assert evaluation.compute_auc("model") < evaluation.compute_auc("truth")
    assert evaluation.correlate() > 0.65  # so few ends teach less: 0.87 with the whole company
    assert evaluation.correlate() > evaluation.correlate("logistic")


@pytest.mark.slow
def test_probabilities_are_of_the_size_of_what_happens(evaluation):
    assert evaluation.probabilities["model"].mean() == pytest.approx(evaluation.happened.mean(), rel=0.2)


@pytest.mark.slow
def test_a_model_that_is_the_oracle_is_alike_and_an_idle_one_is_not():
    rng = np.random.default_rng(1)
    oracle = rng.normal(-4, 1, 4_000)
    p = 1 / (1 + np.exp(-oracle))
    scores = {"model": p, "idle": rng.uniform(0.1, 0.2, 4_000)}
    rows = Evaluation(rng.random(4_000) < p, np.arange(4_000) // 4, oracle, oracle, scores)
    assert rows.correlate() == pytest.approx(1)
    assert abs(rows.correlate("idle")) < 0.05
    low, high = bootstrap(rows, lambda one: one.compute_auc("model") - one.compute_auc("oracle"))
    assert (low, high) == (0, 0)
