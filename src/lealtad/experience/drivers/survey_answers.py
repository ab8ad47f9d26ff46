"""Answers of a survey as arrays: ratings, the overall score, and the customer of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import DataError, TooLittleDataError, suggest_name
from lealtad.experience.drivers.imputation import IMPUTATIONS, impute_ratings

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

LEAST_ANSWERS = 30


@dataclass(frozen=True)
class SurveyAnswers:
    """Answers with an overall score.

    Attributes
    ----------
    ratings
        Answers × drivers; NaN where a driver was not rated.
    unused
        Whether the answer says that the driver was not used.
    score, customer, weights
        By answer; weights are None if all count equally.
    """

    ratings: NDArray[np.float64]
    unused: NDArray[np.bool_]
    score: NDArray[np.float64]
    customer: NDArray[np.int64]
    weights: NDArray[np.float64] | None

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Whether a rating was left out."""
        return np.asarray(np.isnan(self.ratings) & ~self.unused)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether an answer has all ratings."""
        return np.logical_not(self.missing.any(axis=1))

    def select(self, rows: NDArray[np.bool_]) -> SurveyAnswers:
        """Return some of the answers."""
        weights = None if self.weights is None else self.weights[rows]
        return SurveyAnswers(self.ratings[rows], self.unused[rows], self.score[rows], self.customer[rows], weights)

    def fill(self) -> list[NDArray[np.float64]]:
        """Impute missing ratings; "did not use" gets the mean rating and a separate flag."""
        with np.errstate(invalid="ignore"):
            count = np.maximum((~np.isnan(self.ratings)).sum(axis=0), 1)
            mean = np.nansum(self.ratings, axis=0) / count
        base = np.where(self.unused, mean, self.ratings)
        times = IMPUTATIONS if self.missing.any() else 1
        return impute_ratings(base, np.column_stack([self.score, self.unused]), times)


def read_answers(  # noqa: PLR0913, PLR0917 - the table, and what its columns and values mean
    answers: pl.DataFrame,
    outcome: str,
    drivers: Sequence[str],
    not_used: Collection[float],
    weights: str | None,
    customer: str | None,
) -> SurveyAnswers:
    """Return the answers that have an overall score; see `survey_table.rank_survey_drivers`."""
    rows = _read_numbers(answers, outcome, drivers, weights)
    if rows.height < LEAST_ANSWERS:
        raise TooLittleDataError(
            what=f"answers with '{outcome}'",
            needed=LEAST_ANSWERS,
            found=rows.height,
            fix="Collect more answers, or name the column that holds the overall score.",
        )
    who = np.arange(rows.height) if customer is None else rows[customer].rank("dense").to_numpy() - 1
    raw = rows.select(drivers).to_numpy().astype(np.float64)
    unused = np.isin(raw, list(not_used))
    return SurveyAnswers(
        np.where(unused, np.nan, raw),
        unused,
        rows[outcome].to_numpy().astype(np.float64),
        who.astype(np.int64),
        None if weights is None else rows[weights].to_numpy().astype(np.float64),
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
