"""A small sample of the benches of alarms and gate."""

import numpy as np
import pytest

from bench import alarms, gate

pytestmark = pytest.mark.slow


def test_an_unchanged_company_hears_nothing_in_a_year():
    assert list(alarms.yield_alarms(alarms.Company(np.random.default_rng(0), 0))) == []


@pytest.mark.parametrize("change", alarms.CHANGES)
def test_a_change_is_named_and_nothing_else(change):
    right, days, wrong = alarms.judge_change(change, companies=1)
    assert (right, wrong) == (1, [])
    assert days[0] <= 2 * alarms.HORIZON


def test_the_gate_lets_a_better_model_pass_and_neither_an_equal_nor_a_leaking_one():
    assert gate.is_promoted(gate.draw_slice(0, challenger=0.45))
    assert not gate.is_promoted(gate.train_alike(0))
    assert not gate.is_leak_promoted(0)
