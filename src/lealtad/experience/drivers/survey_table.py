"""Drivers from a survey alone: one row per answer, an overall score, and a rating of each touchpoint."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError, TooLittleDataError, suggest_name
from lealtad.experience.drivers.effects import Effects, estimate_effects
from lealtad.experience.drivers.importance import MOST_EXACT
from lealtad.experience.drivers.imputation import IMPUTATIONS, impute_ratings
from lealtad.experience.drivers.ordering import Order, order_drivers
from lealtad.experience.drivers.resampling import DRAWS, Importance, compute_importance
from lealtad.experience.drivers.slopes import classify_slopes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

LEAST_ANSWERS = 30
_LEAST_COMPLETE = 30


@dataclass(frozen=True)
class SurveyDrivers:
    """Drivers of a survey.

    Attributes
    ----------
    rows
        One row per driver, most important first: `driver, importance` (part of what is explained), `low, high,
        group, among_top, ties_first`, `used` (share that rated it), `mean` (of the ratings). `penalty, reward`:
        slopes below and above the usual rating, with ends, and their `pattern`. `complete_importance,
        complete_rank`: of complete answers alone; null if there are fewer than 30.
    n, complete
        Answers, and those among them that leave out nothing.
    r2
        What all drivers explain.
    certain_pairs, pairs
        Pairs of drivers with a certain order, and all pairs.
    notes
        What was noticed, in plain sentences.
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
        One row per answer. Ratings are numbers; null is a question left out, and is imputed several times.
    outcome
        The column of the overall score. Rows without it are left out.
    drivers
        The columns of ratings.
    not_used
        Ratings that mean "did not use": information of its own, not a missing value.
    weights, customer
        Columns with a weight of each answer, and with whose answer it is; None: all alike, all different.
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
    rows = _read_numbers(answers, outcome, drivers, weights)
    if rows.height < LEAST_ANSWERS:
        raise TooLittleDataError(
            what=f"answers with '{outcome}'",
            needed=LEAST_ANSWERS,
            found=rows.height,
            fix="Collect more answers, or name the column that holds the overall score.",
        )
    score = rows[outcome].to_numpy().astype(np.float64)
    who = (
        np.arange(rows.height)
        if customer is None
        else rows[customer].rank("dense").to_numpy().astype(np.int64) - 1
    )
    heft = None if weights is None else rows[weights].to_numpy().astype(np.float64)
    raw = rows.select(drivers).to_numpy().astype(np.float64)
    unused = np.isin(raw, list(not_used))
    ratings = np.where(unused, np.nan, raw)
    missing: NDArray[np.bool_] = np.isnan(ratings) & ~unused
    filled = _fill(ratings, unused, missing, score)
    importance = _pool(
        [_compute_once(each, unused, score, who, heft, draws // len(filled) + 1) for each in filled]
    )
    order = order_drivers(importance)
    complete: NDArray[np.bool_] = np.logical_not(missing.any(axis=1))
    table = _describe(drivers, importance, order, ratings, unused)
    table = pl.concat([table, _describe_patterns(filled[0], unused, score, who, heft)], how="horizontal")
    table = table.with_columns(_rank_complete(ratings, unused, score, who, heft, complete))
    return SurveyDrivers(
        table[order.rank.tolist()],
        rows.height,
        int(complete.sum()),
        importance.r2,
        order.certain_pairs,
        order.pairs,
        _list_notes(drivers, ratings, score),
    )


def _read_numbers(
    answers: pl.DataFrame, outcome: str, drivers: Sequence[str], weights: str | None
) -> pl.DataFrame:
    named = [outcome, *drivers, *([] if weights is None else [weights])]
    for name in named:
        if name not in answers.columns:
            raise DataError(
                table="answers",
                column=name,
                expected="a column of this name",
                found="none",
                fix=suggest_name(name, answers.columns),
            )
        if not answers.schema[name].is_numeric():
            raise DataError(
                table="answers",
                column=name,
                expected="numbers",
                found=str(answers.schema[name]),
                fix=f'Cast it first: answers.with_columns(pl.col("{name}").cast(pl.Float64)).',
            )
    return answers.filter(pl.col(outcome).is_not_null(), pl.col(outcome).cast(pl.Float64).is_not_nan())


def _fill(
    ratings: NDArray[np.float64], unused: NDArray[np.bool_], missing: NDArray[np.bool_], score: NDArray[np.float64]
) -> list[NDArray[np.float64]]:
    """Impute what is missing; "did not use" takes the mean of the ratings, and a flag of its own beside it."""
    with np.errstate(invalid="ignore"):
        count = np.maximum((~np.isnan(ratings)).sum(axis=0), 1)
        mean = np.nansum(ratings, axis=0) / count
    base = np.where(unused, mean, ratings)
    return impute_ratings(base, np.column_stack([score, unused]), IMPUTATIONS if missing.any() else 1)


def _build_survey_columns(
    filled: NDArray[np.float64], unused: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], list[int]]:
    flagged = [k for k in range(unused.shape[1]) if unused[:, k].any()]
    columns = np.column_stack([filled, *(unused[:, k].astype(np.float64) for k in flagged)])
    return columns, [*range(filled.shape[1]), *flagged]


def _compute_once(  # noqa: PLR0913, PLR0917 - the arrays of one imputation
    filled: NDArray[np.float64],
    unused: NDArray[np.bool_],
    score: NDArray[np.float64],
    who: NDArray[np.int64],
    weights: NDArray[np.float64] | None,
    draws: int,
) -> Importance:
    columns, groups = _build_survey_columns(filled, unused)
    return compute_importance(columns, score, who, groups, weights, draws=draws)


def _pool(parts: list[Importance]) -> Importance:
    """Pool imputations: the mean of the shares, and all draws together, which hold the spread between them."""
    return Importance(
        np.mean([part.shares for part in parts], axis=0),
        np.concatenate([part.draws for part in parts]),
        parts[0].n,
        parts[0].customers,
    )


def _describe(
    drivers: Sequence[str],
    importance: Importance,
    order: Order,
    ratings: NDArray[np.float64],
    unused: NDArray[np.bool_],
) -> pl.DataFrame:
    count = (~np.isnan(ratings)).sum(axis=0)
    return pl.DataFrame(
        {
            "driver": list(drivers),
            "importance": importance.relative,
            "low": order.low,
            "high": order.high,
            "group": order.group,
            "among_top": order.among_top,
            "ties_first": order.ties_first,
            "used": 1 - unused.mean(axis=0),
            "mean": np.where(count > 0, np.nansum(ratings, axis=0) / np.maximum(count, 1), np.nan),
        }
    ).with_columns(pl.col("mean").fill_nan(None))


def _describe_patterns(
    filled: NDArray[np.float64],
    unused: NDArray[np.bool_],
    score: NDArray[np.float64],
    who: NDArray[np.int64],
    weights: NDArray[np.float64] | None,
) -> pl.DataFrame:
    """Return the slopes below and above the median rating of each driver, all drivers at once."""
    middle = np.median(filled, axis=0)
    below, above = np.minimum(filled - middle, 0), np.maximum(filled - middle, 0)
    columns = np.column_stack([below, above, unused.astype(np.float64)])
    nothing = np.zeros((len(score), 1))
    effects = estimate_effects(columns, nothing, np.zeros(len(score), np.int64), score, who, weights)
    size = filled.shape[1]
    return pl.DataFrame([_describe_pattern(effects, k, size) for k in range(size)], infer_schema_length=None)


def _describe_pattern(effects: Effects, driver: int, size: int) -> dict[str, float | str]:
    described: dict[str, float | str] = {}
    beyond = {}
    for name, column in (("penalty", driver), ("reward", size + driver)):
        direction = np.zeros(len(effects.slopes))
        direction[column] = 1.0
        value, low, high = effects.combine(direction)
        described |= {name: value, f"{name}_low": low, f"{name}_high": high}
        beyond[name] = low > 0
    return described | {"pattern": classify_slopes(penalised=beyond["penalty"], rewarded=beyond["reward"])}


def _rank_complete(  # noqa: PLR0913, PLR0917 - the arrays of the answers
    ratings: NDArray[np.float64],
    unused: NDArray[np.bool_],
    score: NDArray[np.float64],
    who: NDArray[np.int64],
    weights: NDArray[np.float64] | None,
    complete: NDArray[np.bool_],
) -> list[pl.Series]:
    size = ratings.shape[1]
    if complete.sum() < _LEAST_COMPLETE:
        nothing = [None] * size
        return [
            pl.Series("complete_importance", nothing, dtype=pl.Float64),
            pl.Series("complete_rank", nothing, dtype=pl.Int64),
        ]
    filled = _fill(ratings[complete], unused[complete], np.zeros((1, 1), bool), score[complete])[0]
    heft = None if weights is None else weights[complete]
    alone = _compute_once(filled, unused[complete], score[complete], who[complete], heft, 2).relative
    rank = np.empty(size, np.int64)
    rank[np.argsort(-alone, kind="stable")] = np.arange(1, size + 1)
    return [pl.Series("complete_importance", alone), pl.Series("complete_rank", rank)]


def _list_notes(
    drivers: Sequence[str], ratings: NDArray[np.float64], score: NDArray[np.float64]
) -> tuple[str, ...]:
    notes = ["Every answer has the same score: nothing can be explained."] if np.ptp(score) == 0 else []
    for name, column in zip(drivers, ratings.T, strict=True):
        values = column[~np.isnan(column)]
        if values.size == 0:
            notes.append(f"Nobody rated '{name}': it explains nothing.")
        elif np.ptp(values) == 0:
            notes.append(f"Every rating of '{name}' is the same: it explains nothing.")
    notes += [
        f"'{drivers[left]}' and '{drivers[right]}' are identical: they share their importance."
        for left, right in combinations(range(len(drivers)), 2)
        if np.array_equal(ratings[:, left], ratings[:, right], equal_nan=True)
    ]
    if len(drivers) > MOST_EXACT:
        notes.append(f"More than {MOST_EXACT} drivers: Johnson's relative weights are used.")
    return tuple(notes)
