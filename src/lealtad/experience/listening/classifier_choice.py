"""Choosing the classifiers of comments to average, by folds of the training comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.experience.listening.classifiers import (
    AllColumns,
    CommentClassifier,
    RatioWeighted,
    SupportVector,
    WordsAndLetters,
)
from lealtad.experience.listening.comment_features import CommentFeatures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CLASSIFIERS: dict[str, type[CommentClassifier]] = {
    "bare": WordsAndLetters,
    "plain": AllColumns,
    "weighted": RatioWeighted,
    "vector": SupportVector,
}
BASELINE = ("bare",)
_CHOICES: tuple[tuple[str, ...], ...] = (
    ("plain", "weighted"),
    ("plain", "vector"),
    ("weighted", "vector"),
    ("plain", "weighted", "vector"),
)
_FOLDS, _DRAWS, _SEED = 3, 200, 0


def choose_classifiers(texts: Sequence[str], target: NDArray[np.str_]) -> tuple[str, ...]:
    """Return the classifiers whose average has the best macro-F1 on folds.

    The baseline is kept unless others lead by more than one standard error of the paired difference. It is also
    kept if a class is too rare for folds.
    """
    from sklearn.model_selection import StratifiedKFold

    _, codes, counts = np.unique(target, return_inverse=True, return_counts=True)
    if counts.min() < _FOLDS:
        return BASELINE
    predicted = {name: np.zeros((len(target), counts.size)) for name in CLASSIFIERS}
    for train, test in StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED).split(codes, codes):
        features = CommentFeatures().fit([texts[k] for k in train])
        blocks, judged = (features.list_blocks([texts[k] for k in part]) for part in (train, test))
        for name, classifier in CLASSIFIERS.items():
            predicted[name][test] = classifier().fit(blocks, target[train]).predict_proba(judged)
    chosen = {names: np.mean([predicted[name] for name in names], axis=0).argmax(axis=1) for names in _CHOICES}
    best = max(_CHOICES, key=lambda names: compute_macro_f1(codes, chosen[names]))
    is_ahead = _measure_lead(codes, chosen[best], predicted["bare"].argmax(axis=1)) > 1
    return best if is_ahead else BASELINE


def compute_macro_f1(codes: NDArray[np.int64], chosen: NDArray[np.int64]) -> float:
    """Return the mean over classes of the harmonic mean of precision and recall; codes count from 0.

    Examples
    --------
    >>> compute_macro_f1(np.array([0, 0, 1, 1]), np.array([0, 1, 1, 1])).__round__(3)
    0.733
    """
    size = int(max(codes.max(), chosen.max())) + 1
    table = np.bincount(codes * size + chosen, minlength=size * size).reshape(size, size)
    counts = table.sum(axis=0) + table.sum(axis=1)
    hits = table.diagonal()[counts > 0]
    return float(np.mean(2 * hits / counts[counts > 0]))


def _measure_lead(codes: NDArray[np.int64], one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return the lead of one over the other in standard errors, by a bootstrap of comments."""
    rng = np.random.default_rng(_SEED)
    draws = []
    for _ in range(_DRAWS):
        at = rng.integers(0, codes.size, codes.size)
        draws.append(compute_macro_f1(codes[at], one[at]) - compute_macro_f1(codes[at], other[at]))
    lead = compute_macro_f1(codes, one) - compute_macro_f1(codes, other)
    error = float(np.std(draws))
    return lead / error if error > 0 else 0.0
