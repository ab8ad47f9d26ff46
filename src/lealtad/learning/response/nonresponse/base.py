"""The rows that estimates for a whole base are made of, as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_PROBABILITIES = ("answer_probability", "promoter_probability", "detractor_probability")
NEEDED = ("customer_id", "invited", "score", *_PROBABILITIES)
POINTS = 100.0


@dataclass(frozen=True)
class CustomerBase:
    """One entry per customer and as-of date of the base.

    Attributes
    ----------
    customer
        Whose row it is, as a number from 0 on.
    invited, answered
        Whether the customer was asked, and whether they answered.
    y
        100 for a promoter, 0 for a passive, −100 for a detractor; 0 if not answered.
    answers
        P(answers | asked).
    promoter, detractor
        P(promoter | answers) and P(detractor | answers).
    """

    customer: NDArray[np.int64]
    invited: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    y: NDArray[np.float64]
    answers: NDArray[np.float64]
    promoter: NDArray[np.float64]
    detractor: NDArray[np.float64]

    @classmethod
    def from_rows(cls, rows: pl.DataFrame) -> CustomerBase:
        """Read a frame with the columns of `compute_base_nps`.

        Raises
        ------
        DataError
            If a column is missing, a probability is null, no number or not from 0 to 1, or somebody answered who
            was not asked.
        """
        _check(rows)
        score = pl.col("score")
        side = (
            pl.when(score >= PROMOTER_FROM).then(POINTS).when(score <= DETRACTOR_TO).then(-POINTS).otherwise(0.0)
        )
        columns = rows.select(
            pl.col("customer_id").rank("dense").cast(pl.Int64) - 1,
            pl.col("invited").cast(pl.Boolean),
            score.is_not_null().alias("answered"),
            side.alias("y"),
            *_PROBABILITIES,
        )
        return cls(*(column.to_numpy() for column in columns.get_columns()))

    @property
    def mean(self) -> NDArray[np.float64]:
        """The points expected of an answer."""
        return POINTS * (self.promoter - self.detractor)


def _check(rows: pl.DataFrame) -> None:
    absent = [name for name in NEEDED if name not in rows.columns]
    if absent:
        raise _error(absent[0], "a column", "none", "Add it; see compute_base_nps.")
    for name in _PROBABILITIES:
        fine = pl.col(name).is_between(0, 1).fill_null(value=False)
        wrong = rows.filter(~fine).height
        if wrong:
            fix = "Leave out whom nothing can be said about, and say how many."
            raise _error(name, "probabilities from 0 to 1", f"{wrong} rows with others or none", fix)
    unasked = rows.filter(pl.col("score").is_not_null() & ~pl.col("invited").fill_null(value=False)).height
    if unasked:
        raise _error("invited", "only the asked to answer", f"{unasked} answers of others", "Set invited there.")


def _error(column: str, expected: str, found: str, fix: str) -> DataError:
    return DataError(table="base", column=column, expected=expected, found=found, fix=fix)
