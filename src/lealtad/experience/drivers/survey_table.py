"""Drivers from a single survey: one row per answer, with an overall score and a rating of each touchpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.drivers.ordering import order_drivers
from lealtad.experience.drivers.resampling import DRAWS, Importance, compute_importance
from lealtad.experience.drivers.survey_answers import read_answers
from lealtad.experience.drivers.survey_descriptions import describe_drivers, describe_patterns, list_notes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from lealtad.experience.drivers.survey_answers import SurveyAnswers

_LEAST_COMPLETE = 30


@dataclass(frozen=True)
class SurveyDrivers:
    """Drivers of a survey.

    Attributes
    ----------
    rows
        One row per driver, most important first: `driver, importance` (part of what is explained), `low, high,
        group, among_top, may_be_top, ties_first`, `used` (share that rated it), `mean` (of the ratings).
        `penalty, reward`: slopes below and above the usual rating, with ends, and their `pattern`.
        `complete_importance, complete_rank`: of complete answers alone; null if there are fewer than 30.
    n, complete
        Number of answers, and of complete answers.
    r2
        The variance that all drivers explain.
    certain_pairs, pairs
        Pairs of drivers with a certain order, and all pairs.
    notes
        Remarks as plain sentences.
    """

    rows: pl.DataFrame
    n: int
    complete: int
    r2: float
    certain_pairs: int
    pairs: int
    notes: tuple[str, ...]


def rank_survey_drivers(  # noqa: PLR0913 - the table, and what its columns and values mean
    answers: pl.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    *,
    not_used: Collection[float] = (),
    weights: str | None = None,
    customer: str | None = None,
    draws: int = DRAWS,
) -> SurveyDrivers:
    """Rank the drivers of a survey's overall score.

    Parameters
    ----------
    answers
        One row per answer. Ratings are numbers; null is a skipped question, which is imputed several times.
    outcome
        The column of the overall score. Rows without it are left out.
    drivers
        The columns of ratings.
    not_used
        Ratings that mean "did not use", which is information, not a missing value.
    weights, customer
        Columns with the weight and the customer of each answer; None: equal weights, different customers.
    draws
        Samples of customers for the intervals.

    Raises
    ------
    DataError
        If a column is missing or holds no numbers.
    TooLittleDataError
        If fewer than 30 rows have an outcome.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> ratings = pl.DataFrame({name: rng.integers(1, 6, 400) for name in ("food", "staff")})
    >>> answers = ratings.with_columns(score=2 * pl.col("staff") + pl.col("food"))
    >>> rank_survey_drivers(answers, "score", ["food", "staff"], draws=50).rows["driver"].to_list()
    ['staff', 'food']
    """
    table = read_answers(answers, outcome, drivers, not_used, weights, customer)
    filled = table.fill()
    importance = _pool([_compute_once(each, table, draws // len(filled) + 1) for each in filled])
    order = order_drivers(importance)
    rows = pl.concat(
        [describe_drivers(drivers, importance, order, table), describe_patterns(filled[0], table)],
        how="horizontal",
    ).with_columns(_rank_complete(table))
    return SurveyDrivers(
        rows[order.rank.tolist()],
        len(table.score),
        int(table.complete.sum()),
        importance.r2,
        order.certain_pairs,
        order.pairs,
        list_notes(drivers, table),
    )


def _compute_once(filled: NDArray[np.float64], answers: SurveyAnswers, draws: int) -> Importance:
    """Compute importance with the ratings of one imputation; flags belong to their driver."""
    unused = answers.unused
    flagged = [k for k in range(unused.shape[1]) if unused[:, k].any()]
    columns = np.column_stack([filled, *(unused[:, k].astype(np.float64) for k in flagged)])
    groups = [*range(filled.shape[1]), *flagged]
    return compute_importance(columns, answers.score, answers.customer, groups, answers.weights, draws=draws)


def _pool(parts: list[Importance]) -> Importance:
    """Pool imputations: the mean of the shares, and all draws, which include the spread between imputations."""
    return Importance(
        np.mean([part.shares for part in parts], axis=0),
        np.concatenate([part.draws for part in parts]),
        parts[0].n,
        parts[0].customers,
    )


def _rank_complete(answers: SurveyAnswers) -> list[pl.Series]:
    """Return importance and rank by complete answers alone; null if there are too few."""
    size = answers.ratings.shape[1]
    if answers.complete.sum() < _LEAST_COMPLETE:
        nothing = [None] * size
        return [
            pl.Series("complete_importance", nothing, dtype=pl.Float64),
            pl.Series("complete_rank", nothing, dtype=pl.Int64),
        ]
    whole = answers.select(answers.complete)
    alone = _compute_once(whole.fill()[0], whole, 2).relative
    rank = np.empty(size, np.int64)
    rank[np.argsort(-alone, kind="stable")] = np.arange(1, size + 1)
    return [pl.Series("complete_importance", alone), pl.Series("complete_rank", rank)]
