"""How long customers have been silent: an honest signal of churn that features may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.instants import INSTANT
from lealtad.examples.features import Facts, Grid
from lealtad.examples.features.engine.facts import divide
from lealtad.learning.learners import make_classifier
from lealtad.sources.contract import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.examples.features.engine.facts import Matrix

STRATA = 12
_KEY = ("customer_id", "as_of")
_OWN_WINDOW = 91
_FOLDS = 2
_NEVER = 10_000.0  # days


def compute_silence(
    tables: Mapping[str, pl.DataFrame], customer_ids: pl.Series, as_of: Sequence[datetime]
) -> pl.DataFrame:
    """Return how long each customer has been silent at each date, one row per (customer_id, as_of).

    Parameters
    ----------
    tables
        Facts of the contract by table name, as known now.

    Returns
    -------
    `customer_id, as_of`; for each table `silent_*` (days since the newest known fact) and `overdue_*` (the same,
    in mean own gaps); and `orders_91d`, where there are orders.
    """
    grid = Grid.of(customer_ids, as_of)
    columns: dict[str, Matrix] = {}
    for table in TABLES:
        if table.event_time is None or table.name not in tables:
            continue
        facts = Facts(tables[table.name], grid, table.event_time, [_OWN_WINDOW])
        newest, count = facts.days_since(), facts.count()
        gap = divide(facts.days_since_first() - newest, np.maximum(count - 1, 0))
        columns[f"silent_{table.name}"] = np.nan_to_num(newest, nan=_NEVER)
        columns[f"overdue_{table.name}"] = np.nan_to_num(divide(newest, np.maximum(gap, 0.5)), nan=0.0)
        if table.name == "orders":
            columns["orders_91d"] = facts.count(_OWN_WINDOW)
    people = pl.DataFrame({"customer_id": grid.customer_ids})
    dates = pl.DataFrame({"as_of": pl.Series(grid.as_of).cast(INSTANT)})
    return people.join(dates, how="cross").with_columns(
        pl.Series(name, matrix.ravel()) for name, matrix in columns.items()
    )


def compute_strata(rows: pl.DataFrame, left: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Divide rows into strata of equal size and similar risk, by their silence alone.

    Parameters
    ----------
    rows
        As `compute_silence` returns them.
    left
        Whether the customer churned within the horizon.

    Notes
    -----
    Churned customers fall silent, so silence honestly predicts churn, and better in companies whose customers come
    more often. Trees estimate the risk from silence alone, and only as rising with silence. They are applied to
    customers that they did not learn from.
    """
    names = [name for name in rows.columns if name not in _KEY]
    X = rows.select(names).to_numpy()
    fold = rows["customer_id"].hash(seed=0).to_numpy() % _FOLDS
    gone = np.zeros(rows.height)
    for judged in range(_FOLDS):
        learn, judge = fold != judged, fold == judged
        if not judge.any() or len(np.unique(left[learn])) < 2:  # noqa: PLR2004 - both outcomes
            continue
        trees = make_classifier(
            n_estimators=60,
            num_leaves=15,
            min_child_samples=40,
            monotone_constraints=[0 if name == "orders_91d" else 1 for name in names],
            random_state=0,
            n_jobs=1,  # few rows: more threads would be slower
        )
        gone[judge] = trees.fit(X[learn], left[learn]).predict_proba(X[judge])[:, 1]
    order = np.lexsort((np.arange(len(gone)), gone))
    strata = np.empty(len(gone), dtype=np.int64)
    strata[order] = np.arange(len(gone)) * STRATA // max(len(gone), 1)
    return strata
