"""Measures by hand, and what holds of any list."""

import numpy as np
import pytest
from scipy import sparse

from lealtad.recommending.calibration import ScoreCalibration
from lealtad.recommending.candidates import rank_within
from lealtad.recommending.evaluation import (
    average_measures,
    measure_by_popularity,
    measure_calibration,
    measure_coverage,
    measure_lists,
)


def test_golden_values():
    """Three bought, the second and third places hit: recall 2/3; DCG = 1/log2(3) + 1/log2(4) = 1.1309.

    The ideal DCG of three is 1 + 0.6309 + 0.5 = 2.1309; NDCG = 1.1309 / 2.1309 = 0.5307.
    """
    truth = sparse.csr_matrix(np.array([[1, 1, 0, 1, 0], [0, 0, 0, 0, 0]], dtype=float))
    measures = measure_lists(np.array([[2, 0, 1, 4], [0, 1, 2, 3]]), truth)
    assert measures.rows.tolist() == [0]
    assert measures.recall[0] == pytest.approx(2 / 3)
    assert measures.ndcg[0] == pytest.approx(0.5307, abs=1e-4)
    assert measures.precision[0] == pytest.approx(0.5)
    assert measures.hit[0] == 1


def test_a_perfect_list_scores_one():
    truth = sparse.csr_matrix(np.array([[1.0] * 12]))
    measures = measure_lists(np.arange(10)[None], truth)
    assert measures.recall[0] == 1
    assert measures.ndcg[0] == pytest.approx(1)


def test_nobody_bought_anything():
    truth = sparse.csr_matrix((3, 4))
    assert average_measures(measure_lists(np.zeros((3, 2), dtype=int), truth)).is_empty()


def test_coverage_and_strata_count_products():
    listed = np.array([[0, 1, -1], [0, 2, -1]])
    truth = sparse.csr_matrix(np.array([[1, 0, 0, 0], [1, 0, 0, 1]], dtype=float))
    assert measure_coverage(listed, 4) == 0.75
    strata = measure_by_popularity(listed, truth, np.array([60.0, 20.0, 10.0, 10.0]))
    assert strata["bought"].sum() == 3
    assert strata.filter(stratum="popular")["recall"][0] == 1.0  # the centre of product 0's purchases is at .7


def test_calibration_is_monotone_and_keeps_the_mean():
    rng = np.random.default_rng(0)
    score = rng.normal(size=4000)
    bought = (rng.random(4000) < 1 / (1 + np.exp(2 - score))).astype(float)
    line = ScoreCalibration.learn(score, bought, np.ones(4000))
    assert (np.diff(line.rates) >= 0).all()
    assert line.read(score).mean() == pytest.approx(bought.mean(), rel=0.05)
    bins = measure_calibration(line.read(score), bought > 0)
    np.testing.assert_allclose(bins["predicted"], bins["observed"], atol=0.04)


def test_places_begin_anew_with_each_customer():
    assert rank_within(np.array([0, 0, 1]), np.array([1.0, 1.0, 0.0])).tolist() == [0, 1, 0]
