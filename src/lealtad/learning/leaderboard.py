"""Learners side by side: the same rows, the same folds, paired differences, time and size."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.base.errors import SettingsError
from lealtad.learning.evaluation import compute_metrics
from lealtad.learning.evaluation.accuracy import log_loss
from lealtad.learning.evaluation.intervals import draw_weights, interval_of
from lealtad.learning.evaluation.ranked import RankedScores
from lealtad.learning.evaluation.ranking import auc
from lealtad.learning.learners import choose_learner
from lealtad.learning.on_lake import MODEL, train
from lealtad.learning.on_table import train_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.learning.on_table.checked_table import Rows

LEARNERS = ("lightgbm", "logistic", "mean")
_REPEATS = 400


@dataclass(frozen=True, repr=False)
class Leaderboard:
    """Learners, best first.

    Attributes
    ----------
    table
        One row per learner: `learner, auc, log_loss, brier, ece`. Then the differences to the best of log loss and
        AUC, `log_loss_behind` and `auc_behind`, each with its paired 95 % interval as `*_low, *_high`. Then
        `seconds` (of the processor, for all that training does) and `bytes` of the model's text.
    rows
        How many rows were judged.
    """

    table: pl.DataFrame
    rows: int

    def __repr__(self) -> str:
        """Return the learners as a small table."""
        head = f"{self.rows:,} rows judged; behind the best by (95 % of paired differences)"
        names = ("learner", "AUC", "log loss", "Brier", "log loss behind", "AUC behind", "seconds", "KB")
        lines: list[Sequence[str]] = [names]
        for row in self.table.iter_rows(named=True):
            behind = [
                "–"
                if row[f"{name}_low"] is None
                else f"{row[name]:.4f} [{row[f'{name}_low']:.4f}, {row[f'{name}_high']:.4f}]"
                for name in ("log_loss_behind", "auc_behind")
            ]
            measures = [f"{row[name]:.4f}" for name in ("auc", "log_loss", "brier")]
            cost = [f"{row['seconds']:.1f}", str(row["bytes"] // 1000)]
            lines.append([row["learner"], *measures, *behind, *cost])
        return "\n".join([head, *_align(lines)])


@dataclass(frozen=True)
class _Judged:
    """The probabilities of one learner, its time and its size."""

    learner: str
    probability: NDArray[np.float64]
    seconds: float
    size: int


def compare(
    lake: Lake,
    definition: ModelDefinition,
    learners: Sequence[Any] = LEARNERS,
    progress: Callable[[str], None] = lambda _: None,
    **options: Any,
) -> Leaderboard:
    """Train several learners as a definition says, and compare them on the same later dates.

    Settings of `[booster]` are ignored, because each learner is tuned.

    Parameters
    ----------
    lake, definition, progress
        As `train` takes them.
    learners
        Each as `train` takes it: a name, an estimator or pipeline, or several for their mean.
    **options
        More options of `train`, such as `catalog`.

    Returns
    -------
    The learners, that of the least log loss first.

    Raises
    ------
    SettingsError
        If fewer than two learners are named, or one cannot learn from these examples.
    TooLittleDataError
        As `train`.
    """
    searched = definition.model_copy(update={"booster": None})
    judged = []
    for learner, name in _name_learners(learners):
        progress(f"{name}:")
        began = time.process_time()
        trained = train(lake, searched, progress, learner=learner, **options)
        spent = time.process_time() - began
        judged.append(_Judged(name, trained.probabilities[MODEL], spent, len(trained.fitted.text)))
    return _rank(judged, trained.test.y, trained.test.customers, definition.seed)


def compare_table(
    X: Rows,
    y: ArrayLike,
    learners: Sequence[Any] = LEARNERS,
    *,
    seed: int = 7,
    progress: Callable[[str], None] = lambda _: None,
    **options: Any,
) -> Leaderboard:
    """Train several learners on a table of your own, and compare them on the same folds.

    Parameters
    ----------
    X, y, seed, progress
        As `train_table` takes them.
    learners
        Each as `train_table` takes it: a name, an estimator or pipeline, or several for their mean.
    **options
        More options of `train_table`, such as `time`, `groups` and `budget`.

    Returns
    -------
    The learners, that of the least log loss first. Each row is judged by fits that had not seen it.

    Raises
    ------
    SettingsError
        If fewer than two learners are named, or one cannot learn from this table.
    DataError, TooLittleDataError
        As `train_table`.

    Examples
    --------
    >>> from lealtad.learning.search import Budget
    >>> rng = np.random.default_rng(1)
    >>> X = pl.DataFrame({"tenure": rng.integers(1, 60, 300)})
    >>> y = rng.random(300) < 1 / (1 + np.exp(X["tenure"].to_numpy() / 8 - 2))
    >>> board = compare_table(X, y, ["lightgbm", "logistic"], budget=Budget(trials=1), folds=2, seeds=1)
    >>> sorted(board.table["learner"])
    ['lightgbm', 'logistic']
    """
    judged = []
    for learner, name in _name_learners(learners):
        progress(f"{name}:")
        began = time.process_time()
        trained = train_table(X, y, learner=learner, seed=seed, progress=progress, **options)
        spent = time.process_time() - began
        judged.append(
            _Judged(name, trained.predictions[MODEL].to_numpy().astype(np.float64), spent, len(trained.model.text))
        )
    rows = ~np.isnan(judged[0].probability)
    common = [_Judged(entry.learner, entry.probability[rows], entry.seconds, entry.size) for entry in judged]
    return _rank(
        common, trained.predictions["happened"].to_numpy()[rows], trained.customers[rows], seed, trained.share
    )


def _name_learners(learners: Sequence[Any]) -> list[tuple[Any, str]]:
    """Return each learner with a name of its own; every name is checked before the first long search."""
    if len(learners) < 2:  # noqa: PLR2004 - a comparison is of two
        raise SettingsError(
            place="learners",
            expected="two or more to compare",
            found=str(len(learners)),
            fix='Name them, as in ["lightgbm", "logistic"].',
        )
    names: list[str] = []
    for learner in learners:
        chosen = choose_learner(learner)
        name = type(chosen.estimator).__name__ if hasattr(chosen, "estimator") else chosen.name
        parts = getattr(chosen, "parts", ())
        name = f"mean of {', '.join(part.name for part in parts)}" if parts else name
        names.append(name if name not in names else f"{name} {len(names) + 1}")
    return list(zip(learners, names, strict=True))


def _rank(
    judged: Sequence[_Judged], y: ArrayLike, customers: ArrayLike, seed: int, share: float = 1.0
) -> Leaderboard:
    happened, whose = np.asarray(y, dtype=np.float64), np.asarray(customers)
    metrics = {entry.learner: compute_metrics(happened, entry.probability) for entry in judged}
    ordered = sorted(judged, key=lambda entry: metrics[entry.learner]["log_loss"])
    drawn = _draw_measures(ordered, happened, draw_weights(whose, seed, _REPEATS, share))
    rows = []
    for entry in ordered:
        own, best = metrics[entry.learner], metrics[ordered[0].learner]
        row: dict[str, Any] = {"learner": entry.learner}
        row |= {name: own[name] for name in ("auc", "log_loss", "brier", "ece")}
        for name, sign in (("log_loss", 1), ("auc", -1)):
            differences = sign * (drawn[name][entry.learner] - drawn[name][ordered[0].learner])
            low, high = interval_of(differences) if entry is not ordered[0] else (None, None)
            behind = f"{name}_behind"
            row |= {behind: sign * (own[name] - best[name]), f"{behind}_low": low, f"{behind}_high": high}
        rows.append({**row, "seconds": entry.seconds, "bytes": entry.size})
    floats = {name: pl.Float64 for name in rows[0] if name.endswith(("_low", "_high"))}
    return Leaderboard(pl.DataFrame(rows, schema_overrides=floats), len(happened))


def _draw_measures(
    judged: Sequence[_Judged], y: NDArray[np.float64], draws: Iterable[NDArray[np.float64]]
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Return log loss and AUC of each learner in draws of customers, the same ones for all."""
    parts: dict[str, dict[str, list[NDArray[np.float64]]]] = {
        name: {entry.learner: [] for entry in judged} for name in ("log_loss", "auc")
    }
    for weights in draws:
        for entry in judged:
            rows = RankedScores.from_scores(y, entry.probability, weights)
            parts["log_loss"][entry.learner].append(log_loss(rows))
            parts["auc"][entry.learner].append(auc(rows))
    return {
        name: {learner: np.concatenate(values) for learner, values in of.items()} for name, of in parts.items()
    }


def _align(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines with columns as wide as their longest cell, two blanks apart."""
    widths = [max(map(len, column)) + 2 for column in zip(*lines, strict=True)]
    return ["".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines]
