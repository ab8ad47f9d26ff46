"""Better than chance is said of signal, and of nothing else."""

import numpy as np
import pytest

from lealtad.learning.evaluation import compare_with_chance, compute_drawn_share, compute_intervals


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


def test_fewer_customers_in_a_draw_make_an_interval_wider_by_the_root_of_their_share():
    rng = np.random.default_rng(3)
    y = (rng.random(2_000) < 0.3).astype(float)
    p = np.clip(0.3 + 0.1 * y + 0.2 * rng.normal(size=2_000), 0.01, 0.99)
    share = compute_drawn_share(5)
    whole, wide = (
        compare_with_chance(y, p, range(2_000), seed=1, repeats=2_000, share=part) for part in (1.0, share)
    )
    assert (wide.auc_high - wide.auc_low) / (whole.auc_high - whole.auc_low) == pytest.approx(1.5, abs=0.12)
    assert (wide.gain_high - wide.gain_low) / (whole.gain_high - whole.gain_low) == pytest.approx(1.5, abs=0.12)
    assert wide.auc == whole.auc
    ends = compute_intervals([1.0] * 20 + [0.0] * 20, np.linspace(1, 0, 40), range(40), seed=1, share=share)
    assert ends["auc"] == (1.0, 1.0)
