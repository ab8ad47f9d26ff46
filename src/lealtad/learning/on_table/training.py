"""Train a model on any table of customers, and judge it by fits that had not seen the rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from lealtad.learning.dropped_columns import list_dropped
from lealtad.learning.estimators.baseline_models import make_table_baselines
from lealtad.learning.evaluation import compare_with_chance, compute_comparison, compute_drawn_share
from lealtad.learning.fitting import (
    SMALL,
    FitPlan,
    describe_few_folds,
    fit,
    predict_baseline,
    predict_nested,
    split_rows,
)
from lealtad.learning.fitting.members import describe_members
from lealtad.learning.learners import DEFAULT, Examples, choose_learner
from lealtad.learning.on_table.checked_table import check_table
from lealtad.learning.on_table.encoding import Encoding
from lealtad.learning.on_table.table_model import TableModel
from lealtad.learning.on_table.trained_table import MODEL, TrainedTable
from lealtad.learning.search import Budget, read_directions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from lealtad.learning.evaluation import ChanceVerdict
    from lealtad.learning.learners import AnyLearner
    from lealtad.learning.on_table.checked_table import CheckedTable, Rows
    from lealtad.learning.search import Fold

_BUDGET = Budget()


def print_progress(line: str) -> None:
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
    learner: Any = None,
    progress: Callable[[str], None] = print_progress,
) -> TrainedTable:
    """Train a calibrated model on any table of customers, and judge it on rows that it has not learned from.

    Every row is judged out of fold, with settings that were chosen without its fold. On up to 2,500 rows the whole
    search is repeated for each fold, and intervals also cover the variation of other training rows. The returned
    model is fitted on all rows.

    Parameters
    ----------
    X
        One row per customer, or per customer and date: numbers, booleans and text (categories), with nulls.
    y
        1 if the outcome happened, else 0; as long as X.
    time
        Time of each row: datetimes or numbers, or the name of a column of X. Rows are then judged by models that
        learned only from earlier rows. Without it, models learn from other customers.
    groups
        The customer of each row, or the name of a column of X. No customer is on both sides of a random split, and
        intervals resample whole customers. Without it each row is its own customer.
    outcome_days
        Days (or the unit of `time`) from a row until its outcome is known. A gap of the same length is left before
        the judged rows.
    constraints
        By column, 1 if larger values may only raise the probability, -1 if they may only lower it.
    budget
        How long to search the settings.
    folds
        Number of folds, judged one after the other.
    seeds
        Number of fits with different seeds that are averaged into the model.
    seed
        The same seed, table and number of trials give exactly the same model.
    storage
        Where the search is stored so that it can be resumed: an address such as `sqlite:///study.db`, or the path
        of a journal file.
    learner
        The kind of model, by name: `lightgbm`, `logistic`, `catboost` or `mean`. Or an estimator or pipeline of
        scikit-learn. Several of these stand for their mean. The default is the mean of LightGBM and logistic
        regression, if the folds gain by it. With constraints it is LightGBM alone, which can satisfy them.
    progress
        Called with lines of progress; the default prints them to the error stream.

    Raises
    ------
    DataError
        If the table, outcomes, times or groups cannot be read.
    TooLittleDataError
        If there are fewer than 25 rows of either outcome, or no rows early enough to learn from.
    SettingsError
        If a constraint names a column that is not numeric, or the learner cannot take the table.

    Examples
    --------
    >>> import lealtad
    >>> from lealtad.learning.search import Budget
    >>> rng = np.random.default_rng(1)
    >>> X = pl.DataFrame({"tenure": rng.integers(1, 60, 400), "plan": rng.choice(["basic", "plus"], 400)})
    >>> y = rng.random(400) < 1 / (1 + np.exp(X["tenure"].to_numpy() / 8 - 2))
    >>> trained = lealtad.train_table(X, y, budget=Budget(trials=2), progress=lambda _: None)
    >>> trained.metric("auc") > 0.75
    True
    >>> len(trained.predict(X.head(3)))
    3
    """
    brought, chosen = check_table(X, y, time, groups), _choose_learner(learner, constraints)
    encoding = Encoding.learn(brought.rows)
    examples, taken = _make_examples(brought, encoding, constraints or {})
    parts = _split_rows(brought, outcome_days, folds, seed)
    progress(f"{len(examples.values):,} rows × {len(encoding.columns)} columns, {len(parts)} folds")
    plan = FitPlan(budget=budget, seeds=seeds, seed=seed, storage=storage, learner=chosen)
    fitted = fit(examples, parts, brought.customers, time=brought.days, plan=plan, say=progress)
    own, share = _judge_rows(fitted.probability, examples, parts, brought, plan, progress)
    probabilities = {MODEL: own} | _predict_baselines(examples, parts, seed)
    return TrainedTable(
        model=TableModel(fitted.text, encoding, fitted.calibration, fitted.band, fitted.learner),
        predictions=_tabulate_predictions(brought.happened, probabilities),
        metrics=_compute_metrics(brought, probabilities, seed, share),
        chance=_compare_with_chance(brought, own, seed, share),
        tuned=fitted.tuned,
        members=describe_members(fitted.members, seeds),
        calibrations=fitted.errors,
        notes=(*_list_notes(encoding, taken), *describe_few_folds(parts, brought.days)),
        judged=f"models of {'others' if brought.days is None else 'earlier rows'} ({len(parts)} folds)",
        customers=brought.customers,
        values=examples.values,
        share=share,
    )


def _judge_rows(  # noqa: PLR0913, PLR0917 - the rows, how they were learned from, and how to learn again
    probability: NDArray[np.float64],
    examples: Examples,
    parts: Sequence[Fold],
    brought: CheckedTable,
    plan: FitPlan,
    say: Callable[[str], None],
) -> tuple[NDArray[np.float64], float]:
    """Return the probability of each row, on a small table by a search without it, and the share of each draw."""
    if brought.days is not None or len(examples.values) > SMALL:
        return probability, 1.0
    nested = predict_nested(examples, parts, brought.customers, plan=plan, say=say)
    return nested, compute_drawn_share(len(parts))


def _make_examples(
    brought: CheckedTable, encoding: Encoding, constraints: Mapping[str, int]
) -> tuple[Examples, Mapping[str, str]]:
    """Return the examples, and which values were taken as missing and why."""
    values, taken = encoding.matrix(brought.rows)
    directions = read_directions(constraints, encoding.columns, encoding.levels)
    examples = Examples(
        values,
        brought.happened,
        encoding.categorical,
        directions,
        columns=encoding.columns,
        levels=encoding.levels_by_position,
    )
    return examples, taken


def _split_rows(brought: CheckedTable, outcome_days: float, folds: int, seed: int) -> list[Fold]:
    return split_rows(
        brought.happened, brought.customers, brought.days, outcome_days=outcome_days, count=folds, seed=seed
    )


def _predict_baselines(examples: Examples, parts: Sequence[Fold], seed: int) -> dict[str, NDArray[np.float64]]:
    baselines = make_table_baselines(examples.columns, examples.categorical)
    return {name: predict_baseline(baseline, examples, parts, seed=seed) for name, baseline in baselines.items()}


def _choose_learner(asked: Any, constraints: Mapping[str, int] | None) -> AnyLearner:
    if asked is not None:
        return choose_learner(asked)
    return DEFAULT if constraints else choose_learner("mean")


def _compare_with_chance(
    brought: CheckedTable, own: NDArray[np.float64], seed: int, share: float
) -> ChanceVerdict:
    rows = ~np.isnan(own)
    return compare_with_chance(brought.happened[rows], own[rows], brought.customers[rows], seed=seed, share=share)


def _tabulate_predictions(
    happened: NDArray[np.float64], probabilities: Mapping[str, NDArray[np.float64]]
) -> pl.DataFrame:
    table = pl.DataFrame({"happened": happened.astype(np.int8), **probabilities})
    return table.with_columns(pl.col(name).fill_nan(None) for name in probabilities)


def _compute_metrics(
    brought: CheckedTable, probabilities: Mapping[str, NDArray[np.float64]], seed: int, share: float
) -> pl.DataFrame:
    rows = ~np.isnan(probabilities[MODEL])
    judged = {name: probability[rows] for name, probability in probabilities.items()}
    return compute_comparison(brought.happened[rows], judged, brought.customers[rows], seed=seed, share=share)


def _list_notes(encoding: Encoding, taken: Mapping[str, str]) -> tuple[str, ...]:
    return (
        *list_dropped(encoding.dropped),
        *(f"taken as missing: {name} ({note})" for name, note in taken.items()),
    )
