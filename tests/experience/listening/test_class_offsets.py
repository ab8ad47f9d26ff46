"""Offsets find rare classes on rows that chose none of them, and change nothing where nothing is to be found."""

import numpy as np

from lealtad.experience.listening.class_offsets import add_offsets, choose_offsets


def draw(seed, size=1500):
    """Chances that lean towards the frequent class, as those of a model on few rows of the others do."""
    rng = np.random.default_rng(seed)
    codes = rng.choice(3, size, p=(0.8, 0.15, 0.05))
    logs = rng.normal(size=(size, 3)) + np.array([1.5, 0.0, -1.0])
    logs[np.arange(size), codes] += 1.8
    return np.exp(logs) / np.exp(logs).sum(axis=1, keepdims=True), codes


def measure(chosen, codes):
    pairs = [((chosen == code) & (codes == code), (chosen == code), (codes == code)) for code in range(3)]
    return np.mean([2 * both.sum() / max(one.sum() + other.sum(), 1) for both, one, other in pairs])


def test_rare_classes_are_found_on_other_rows():
    (chances, codes), (others, truth) = draw(1), draw(2)
    offsets = choose_offsets(chances, codes)
    before = measure(others.argmax(axis=1), truth)
    assert measure(add_offsets(others, offsets).argmax(axis=1), truth) > before + 0.02
    assert offsets[2] > offsets[0]


def test_classes_that_are_found_already_need_none():
    codes = np.arange(30) % 3
    assert choose_offsets(np.eye(3)[codes] * 0.9 + 0.03, codes).tolist() == [0.0, 0.0, 0.0]
