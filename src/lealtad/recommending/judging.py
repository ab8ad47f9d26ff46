"""Judging offers: made as of a horizon ago, with what was known then, and compared with purchases since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.recommending.evaluation import (
    LISTED,
    average_measures,
    bootstrap_mean,
    find_hits,
    measure_by_popularity,
    measure_calibration,
    measure_coverage,
    measure_lists,
)
from lealtad.recommending.history import History, drop_cells
from lealtad.recommending.scoring import Scorer, arrange_lists
from lealtad.recommending.similarity import fit_ease
from lealtad.recommending.training import AGAIN, NEW, TASKS, Examples, train_tasks

if TYPE_CHECKING:
    from scipy import sparse

    from lealtad.recommending.evaluation import CustomerMeasures
    from lealtad.recommending.protocol import Protocol
    from lealtad.recommending.purchases import Floats, Ints, Purchases

_AT_ONCE = 1024


@dataclass(frozen=True)
class Judgement:
    """How good offers made at one date were.

    Attributes
    ----------
    measures
        Per `task, rule` (lealtad, own_frequency, popular, ease) and `measure`: `value, low, high, customers`, and
        `ahead, ahead_low, ahead_high`: lealtad minus the rule, paired by customer.
    coverage
        Per `task`: share of the products on any list.
    strata
        Per `task` and popularity of the products: `products, bought, recall`.
    calibration
        Per `task` and bin of the listed products: `n, predicted, observed`.
    """

    day: float
    measures: pl.DataFrame
    coverage: dict[str, float]
    strata: pl.DataFrame
    calibration: pl.DataFrame


def judge_tasks(
    purchases: Purchases,
    categories: Ints,
    day: float,
    protocol: Protocol,
    built: dict[float, dict[str, Examples]] | None = None,
) -> Judgement | None:
    """Judge lists made as of a day on the horizon after it; None if the purchases do not go back far enough.

    A list of *buy again* is judged on what the customer had bought before, *goes with it* on what was new.
    `built` is as in `train_tasks`: examples without anything known from that day on.
    """
    try:
        models, _ = train_tasks(purchases, categories, day, protocol, built)
    except TooLittleDataError:
        return None
    history = History.build(purchases, day, protocol.least_buyers)
    truth = history.find_truth(purchases, protocol.horizon_days)
    new = drop_cells(truth, history.bought)
    awaited = {AGAIN: drop_cells(truth, new), NEW: new}
    scorer = Scorer.fit(history, categories, protocol, models)
    measures, strata, calibration, coverage = [], [], [], {}
    for task in TASKS:
        ranked, label = scorer.rank(history, task, LISTED), pl.lit(task).alias("task")
        listed = arrange_lists(ranked, history.shape[0], LISTED)
        measures.append(_compare(task, listed, awaited[task], history, protocol))
        coverage[task] = measure_coverage(listed, history.shape[1])
        buyers = history.count_buyers(0, np.inf)
        strata.append(measure_by_popularity(listed, awaited[task], buyers).select(label, pl.all()))
        calibration.append(_judge_probabilities(ranked, listed, awaited[task]).select(label, pl.all()))
    return Judgement(day, pl.concat(measures), coverage, pl.concat(strata), pl.concat(calibration))


def _judge_probabilities(ranked: pl.DataFrame, listed: Ints, truth: sparse.csr_matrix) -> pl.DataFrame:
    with_probability = ranked.drop_nulls("probability")
    hits = find_hits(listed, truth)[
        with_probability["customer"].to_numpy().copy(), with_probability["place"].to_numpy().copy()
    ]
    return measure_calibration(with_probability["probability"].to_numpy(), hits)


def _compare(
    task: str, listed: Ints, truth: sparse.csr_matrix, history: History, protocol: Protocol
) -> pl.DataFrame:
    own = measure_lists(listed, truth)
    parts = [_tabulate(task, "lealtad", own, own)]
    for rule, scores in _list_rules(task, history, protocol).items():
        parts.append(_tabulate(task, rule, measure_lists(scores, truth), own))
    return pl.concat(parts)


def _tabulate(task: str, rule: str, measures: CustomerMeasures, own: CustomerMeasures) -> pl.DataFrame:
    table = average_measures(measures)
    values = {"recall@10": "recall", "NDCG@10": "ndcg", "precision@10": "precision", "hit rate": "hit"}
    ahead = [_subtract(getattr(own, values[name]), getattr(measures, values[name])) for name in table["measure"]]
    ends = pl.DataFrame(
        ahead, schema={"ahead": pl.Float64, "ahead_low": pl.Float64, "ahead_high": pl.Float64}, orient="row"
    )
    return pl.concat([table, ends], how="horizontal").select(
        pl.lit(task).alias("task"), pl.lit(rule).alias("rule"), pl.all()
    )


def _subtract(own: Floats, rival: Floats) -> tuple[float, float, float]:
    difference = own - rival
    return float(difference.mean()), *bootstrap_mean(difference)


def _list_rules(task: str, history: History, protocol: Protocol) -> dict[str, Ints]:
    """Return the lists of the simple rules of a task, block by block."""
    recently = history.count_buyers(0, 2 * protocol.horizon_days)
    weights = fit_ease(history.bought, protocol.penalty) if task == NEW else None
    lists: dict[str, list[Ints]] = {}
    for block in history.split(_AT_ONCE):
        owned = block.bought.toarray() > 0
        may = owned if task == AGAIN else ~owned
        popular = np.broadcast_to(recently, owned.shape)
        rules = {"popular": popular}
        if weights is None:
            rules["own_frequency"] = block.counts.toarray() + popular / 1e6
        else:
            rules["ease"] = block.bought @ weights
        for rule, scores in rules.items():
            lists.setdefault(rule, []).append(_take_best(np.where(may, scores, -np.inf)))
    return {rule: np.concatenate(parts) for rule, parts in lists.items()}


def _take_best(scores: Floats) -> Ints:
    """Return the ten best columns of each row; -1 where there are fewer."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :LISTED]
    return np.where(np.isfinite(np.take_along_axis(scores, best, axis=1)), best, -1)
