"""Importance of columns: their contributions, and the loss when their values are shuffled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.explaining.judged_model import JudgedModel

_SHUFFLED = 25  # columns that are shuffled, by their contributions
_SHUFFLES = 3
_NORMAL = 1.96


def compute_importance(model: JudgedModel, *, seed: int = 7) -> pl.DataFrame:
    """Return the importance of each column, most important first; one row per column.

    Parameters
    ----------
    model
        The model, with rows that it has not learned from if there are any; at most 4,000 of them are used.

    Returns
    -------
    - `column`, and `share` of all contributions.
    - `contribution`: mean distance that the column moves the log-odds, either way (SHAP).
    - `direction`: 1 if larger values go with a higher probability, -1 with a lower one; null for categories.
    - `loss`, `loss_low`, `loss_high`: the rise of the log loss if the column's values are shuffled, with its 95 %
      interval over customers. Null beyond the 25 columns that contribute most.
    - `gain`: share of the splits' gain in boosted trees; null for other learners.

    Examples
    --------
    >>> from lealtad.learning.explaining import JudgedModel
    >>> from lealtad.learning.learners import Examples, Logistic
    >>> rows = np.random.default_rng(1).normal(size=(500, 2))
    >>> examples = Examples(rows, (rows[:, 0] > 0).astype(float))
    >>> text = Logistic().fit(examples, examples, {"strength": 1.0, "knots": 0}, 1, 1)
    >>> model = JudgedModel(Logistic().load(text), rows, examples.happened, ["a", "b"], np.arange(500), {})
    >>> compute_importance(model).select("column", "direction").row(0)
    ('a', 1)
    """
    some = model.sample(seed)
    weight = np.abs(some.contributions).mean(axis=0)
    order = np.argsort(-weight, kind="stable")
    gains = _read_gains(some)
    rows = []
    for rank, position in enumerate(order):
        name = some.columns[position]
        loss = _measure_shuffled(some, int(position), seed) if rank < _SHUFFLED and weight[position] > 0 else None
        rows.append(
            {
                "column": name,
                "share": float(weight[position] / max(weight.sum(), 1e-12)),
                "contribution": float(weight[position]),
                "direction": None if name in some.levels else _find_direction(some, int(position)),
                **dict(zip(("loss", "loss_low", "loss_high"), loss or (None, None, None), strict=True)),
                "gain": None if gains is None else float(gains[position]),
            }
        )
    schema = {"direction": pl.Int8, "gain": pl.Float64} | dict.fromkeys(
        ("loss", "loss_low", "loss_high"), pl.Float64
    )
    return pl.DataFrame(rows, schema_overrides=schema)


def compute_importance_by(model: JudgedModel, by: ArrayLike, *, seed: int = 7) -> pl.DataFrame:
    """Return what each column contributes in each group of rows, such as a segment.

    Returns
    -------
    `by, column, contribution, share, n`: as `compute_importance`, one row per group and column.
    """
    group = np.asarray(by)
    some = model.sample(seed)
    if len(some.happened) < len(group):
        group = group[np.sort(np.random.default_rng(seed).permutation(len(group))[: len(some.happened)])]
    parts = []
    for value in np.unique(group):
        at = group == value
        weight = np.abs(some.contributions[at]).mean(axis=0)
        parts.append(
            pl.DataFrame(
                {
                    "by": [str(value)] * len(weight),
                    "column": list(some.columns),
                    "contribution": weight,
                    "share": weight / max(weight.sum(), 1e-12),
                    "n": [int(at.sum())] * len(weight),
                }
            ).sort("contribution", descending=True)
        )
    return pl.concat(parts)


def _read_gains(model: JudgedModel) -> NDArray[np.float64] | None:
    """Return the share of each column in the splits' gain, statistics of a category counted to it."""
    booster: Any = getattr(model.scorer, "booster", None)
    if booster is None or not hasattr(booster, "feature_importance"):
        return None
    gain = np.asarray(booster.feature_importance("gain"), dtype=np.float64)
    own = gain[: len(model.columns)].copy()
    for extra, position in enumerate(getattr(model.scorer, "statistics", {}), len(model.columns)):
        own[position] += gain[extra]
    return np.asarray(own / max(own.sum(), 1e-12))


def _find_direction(model: JudgedModel, position: int) -> int | None:
    column, adds = model.values[:, position], model.contributions[:, position]
    present = ~np.isnan(column)
    if present.sum() < 2 or column[present].std() == 0 or adds[present].std() == 0:  # noqa: PLR2004 - a line needs two
        return None
    ranks = np.argsort(np.argsort(column[present], kind="stable"), kind="stable")
    return 1 if np.corrcoef(ranks, adds[present])[0, 1] >= 0 else -1


def _measure_shuffled(model: JudgedModel, position: int, seed: int) -> tuple[float, float, float]:
    """Return by how much the log loss rises, and its interval by the spread between customers."""
    before = _measure_losses(model, model.values)
    rng, values, rises = np.random.default_rng(seed + position), model.values.copy(), np.zeros(len(before))
    for _ in range(_SHUFFLES):
        values[:, position] = rng.permutation(model.values[:, position])
        rises += (_measure_losses(model, values) - before) / _SHUFFLES
    _, whose = np.unique(model.customers, return_inverse=True)
    mean = float(rises.mean())
    by_customer = np.bincount(whose, weights=rises - mean)
    error = float(np.sqrt((by_customer**2).sum())) / len(rises)
    return mean, mean - _NORMAL * error, mean + _NORMAL * error


def _measure_losses(model: JudgedModel, values: NDArray[np.float64]) -> NDArray[np.float64]:
    margin = model.scorer.predict_margin(values)
    return np.asarray(np.logaddexp(0, np.where(model.happened == 1, -margin, margin)))
