"""Better than chance is said of signal, and of nothing else."""

import numpy as np
import pytest

from lealtad.learning.evaluation import compare_with_chance


def rows(signal, n=600, seed=1):
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1, 1, n)
    y = (rng.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return y, 1 / (1 + np.exp(-(odds if signal else rng.permutation(odds))))


@pytest.mark.slow
def test_signal_is_better_than_chance_and_noise_is_not():
    for seed in range(6):
        y, p = rows(signal=True, seed=seed)
        assert compare_with_chance(y, p, np.arange(len(y)), seed=1).is_better
    noise = [compare_with_chance(*rows(signal=False, seed=seed), np.arange(600), seed=1) for seed in range(20)]
    assert sum(one.ranks for one in noise) <= 2
    assert all("not better than chance" in one.sentence for one in noise if not one.ranks)


def test_a_ranking_without_right_probabilities_is_told_apart():
    y, p = rows(signal=True)
    found = compare_with_chance(y, np.clip(p**0.1, 0, 1), np.arange(len(y)), seed=1)
    assert found.ranks
    assert not found.is_better
    assert found.sentence.startswith("ranks better than chance")


def test_customers_in_several_rows_are_drawn_whole_and_not_permuted():
    y, p = rows(signal=True)
    once = compare_with_chance(y, p, np.arange(600), seed=1)
    often = compare_with_chance(np.tile(y, 4), np.tile(p, 4), np.tile(np.arange(600), 4), seed=1)
    assert often.permuted is None
    assert often.auc == pytest.approx(once.auc)
    assert often.auc_high - often.auc_low == pytest.approx(once.auc_high - once.auc_low, rel=0.2)
