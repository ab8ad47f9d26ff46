"""Learn from a table that somebody brings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.errors import TooLittleDataError
from lealtad.estimators.baselines import table_baselines
from lealtad.evaluation import compute_comparison
from lealtad.own_table.encoding import Encoding
from lealtad.own_table.given import given
from lealtad.own_table.model import TableModel
from lealtad.own_table.out_of_fold import baseline_probability, calibrated, raw_scores, seeds_averaged
from lealtad.own_table.result import MODEL, TrainedTable
from lealtad.tuning import (
    Budget,
    Examples,
    forward_row_folds,
    grouped_folds,
    monotone,
    season_levels,
    tune,
    typical_level,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from lealtad.own_table.given import Given, Rows
    from lealtad.tuning import Fold

_BUDGET = Budget()


def to_stderr(line: str) -> None:
    """Write a line of progress."""
    sys.stderr.write(f"lealtad: {line}\n")


def train_table(  # noqa: PLR0913 - a table, what is known of its rows, and how to search
    X: Rows,
    y: ArrayLike,
    *,
    time: ArrayLike | str | None = None,
    groups: ArrayLike | str | None = None,
    outcome_days: float = 0.0,
    constraints: Mapping[str, int] | None = None,
    budget: Budget = _BUDGET,
    folds: int = 5,
    seeds: int = 5,
    seed: int = 7,
    storage: str | Path | None = None,
    progress: Callable[[str], None] = to_stderr,
) -> TrainedTable:
    """Train calibrated trees on any table of customers, and judge them on rows they had not learned from.

    Parameters
    ----------
    X
        One row per customer, or per customer and date: numbers, booleans and text (categories), with nulls.
    y
        1 where the outcome happened, else 0; as long as X.
    time
        When each row is from: datetimes or numbers, or the name of a column of X. Rows are then judged by models
        that learned from earlier ones alone. Without it, by models that learned from other customers.
    groups
        Whose row it is, or the name of a column of X. No customer is on both sides of a random split, and
        intervals resample whole customers. Without it each row is its own.
    outcome_days
        Days (or the unit of `time`) from a row until its outcome is known; as much is left out before the rows
        that are judged.
    constraints
        By column 1 where more of it may only raise the probability, -1 where it may only lower it.
    budget
        How long to search the settings of the trees.
    folds
        How many parts are judged, one after the other.
    seeds
        How many fits with different seeds are averaged into the model.
    seed
        The same seed, table and number of trials give the same model, to the letter.
    storage
        Where the search is remembered, to be resumed: an address such as `sqlite:///study.db`, or the path of a
        journal file.
    progress
        Is given a line of text now and then; by default it goes to the error stream.

    Raises
    ------
    DataError
        If the table, outcomes, times or groups cannot be read.
    TooLittleDataError
        If there are fewer than 25 rows of either outcome, or no rows early enough to learn from.
    SettingsError
        If a constraint names no column of numbers.
    """
    brought = given(X, y, time, groups)
    encoding = Encoding.learn(brought.rows)
    values, taken = encoding.matrix(brought.rows)
    directions = monotone(constraints or {}, encoding.columns, encoding.levels)
    level = None if brought.days is None else season_levels(brought.days, brought.happened)
    examples = Examples(values, brought.happened, encoding.categorical, directions, level)
    parts = _folds(brought, outcome_days, folds, seed)
    progress(f"{len(values):,} rows × {len(encoding.columns)} columns, {len(parts)} folds")
    binned = [examples.parted(fold) for fold in parts]
    tuned = tune(examples, binned, budget=budget, seed=seed, storage=storage, say=progress)
    progress("predict out of fold, beside baselines")
    raw = raw_scores(examples, [(part.fold, part.learned) for part in binned], tuned, seed=seed, seeds=seeds)
    levels = None if level is None else (level, _expected(brought, level, parts))
    calibration, errors, probability = calibrated(raw, brought.happened, parts, levels)
    probabilities = {MODEL: probability} | {
        name: baseline_probability(one, examples, parts, seed=seed)
        for name, one in table_baselines(encoding.columns, encoding.categorical).items()
    }
    everything = examples.binned(np.arange(len(values)))
    usual = 0.0 if level is None else typical_level(_days(brought), level)
    trees = seeds_averaged(examples, everything, tuned, level=usual, seed=seed, seeds=seeds)
    return TrainedTable(
        model=TableModel(trees, encoding, calibration),
        predictions=_predictions(brought.happened, probabilities),
        metrics=_metrics(brought, probabilities, seed),
        tuned=tuned,
        calibrations=errors,
        notes=_notes(encoding, taken),
        judged=f"models of {'others' if level is None else 'earlier rows'} ({len(parts)} folds)",
    )


def _folds(brought: Given, outcome_days: float, count: int, seed: int) -> list[Fold]:
    if brought.days is None:
        return grouped_folds(brought.customers, brought.happened, count=count, seed=seed)
    found = forward_row_folds(brought.days, embargo=outcome_days, count=count)
    y = brought.happened
    usable = [fold for fold in found if len(np.unique(y[fold.learned])) == 2]  # noqa: PLR2004 - two outcomes
    if not usable or len(np.unique(np.concatenate([y[fold.judged] for fold in usable]))) < 2:  # noqa: PLR2004
        raise TooLittleDataError(
            what="parts in time with both outcomes before and in them",
            needed=1,
            found=0,
            mend="Bring a longer history, or a shorter outcome_days.",
        )
    return usable


def _expected(brought: Given, level: NDArray[np.float64], folds: list[Fold]) -> NDArray[np.float64]:
    """Return the level that the rows learned from let expect of each fold's rows."""
    days, found = _days(brought), np.zeros(len(level))
    for fold in folds:
        found[fold.judged] = typical_level(days[fold.learned], level[fold.learned])
    return found


def _days(brought: Given) -> NDArray[np.float64]:
    return np.zeros(len(brought.happened)) if brought.days is None else brought.days


def _predictions(happened: NDArray[np.float64], probabilities: Mapping[str, NDArray[np.float64]]) -> pl.DataFrame:
    table = pl.DataFrame({"happened": happened.astype(np.int8), **probabilities})
    return table.with_columns(pl.col(name).fill_nan(None) for name in probabilities)


def _metrics(brought: Given, probabilities: Mapping[str, NDArray[np.float64]], seed: int) -> pl.DataFrame:
    rows = ~np.isnan(probabilities[MODEL])
    judged = {name: probability[rows] for name, probability in probabilities.items()}
    return compute_comparison(brought.happened[rows], judged, brought.customers[rows], seed=seed)


def _notes(encoding: Encoding, taken: Mapping[str, str]) -> tuple[str, ...]:
    left_out = [f"left out: {name} ({reason})" for name, reason in encoding.dropped.items()]
    return (*left_out, *(f"taken as missing: {name} ({note})" for name, note in taken.items()))
