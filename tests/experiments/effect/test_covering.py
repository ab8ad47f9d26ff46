"""What is said of the effect of contacts holds the truth: a small sample of `bench/effects.py`, seeds fixed."""

import numpy as np
import pytest

from bench.effects import GAMMAS, compare_companies, summarize

pytestmark = pytest.mark.slow

_SEEDS, _SIZE = 10, 2_000


@pytest.fixture(scope="module")
def cells():
    # other companies in every cell
    return {gamma: compare_companies(_SIZE, gamma, _SEEDS, first=100 * (k + 1)) for k, gamma in enumerate(GAMMAS)}


@pytest.mark.parametrize("gamma", GAMMAS)
def test_intervals_of_actions_and_lists_hold_the_truth(cells, gamma):
    """Of 10 companies 7 or more (binomial at .95: 0.1 % below)."""
    found = summarize(cells[gamma])
    assert found["covered"] >= 0.7
    assert found["list_covered"] >= 0.7


def test_an_effect_that_is_none_is_not_called_one(cells):
    assert summarize(cells[0.0])["above_zero"] <= 0.1


def test_what_is_promised_is_what_comes(cells):
    """Over the companies whose contacts help; their mean is off by about a sixth either way."""
    helped = [one for gamma, found in cells.items() if gamma is None or gamma > 0 for one in found]
    ratio = sum(one.promised for one in helped) / sum(one.saves for one in helped)
    assert ratio == pytest.approx(1.0, abs=0.25)
    assert np.mean([one.list_covers for found in cells.values() for one in found]) >= 0.85
