"""Splitting a table into folds, each judged by fits on the other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lealtad.base.errors import TooLittleDataError
from lealtad.learning.search import Fold, split_by_group, split_forward

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEAST_FOLDS, GOOD_FOLDS = 2, 3  # in time
_BOTH = 2  # outcomes


def split_rows(  # noqa: PLR0913 - the rows, and how they are parted
    happened: NDArray[np.float64],
    customers: NDArray[Any],
    time: NDArray[np.float64] | None,
    *,
    outcome_days: float,
    count: int,
    seed: int,
) -> list[Fold]:
    """Split rows into folds: forward in time if they have times, else at random by customer.

    Parameters
    ----------
    happened
        1 or 0 per row.
    customers
        The customer of each row. All rows of a customer are on one side of a random split.
    time
        The time of each row, in days; None splits at random.
    outcome_days
        Days until an outcome is known. Rows so close to the judged ones are not learned from.
    count
        Number of folds.
    seed
        Seed of a random split.

    Returns
    -------
    The folds. A fold in time is left out unless both outcomes occur among the rows it learns from and those it
    judges.

    Raises
    ------
    TooLittleDataError
        If fewer than two folds in time remain: one fold cannot both choose settings and judge.
    """
    if time is None:
        return split_by_group(customers, happened, count=count, seed=seed)
    folds = split_forward(time, embargo=outcome_days, count=count)
    usable = [fold for fold in folds if len(np.unique(happened[fold.learned])) == _BOTH]
    usable = [fold for fold in usable if len(np.unique(happened[fold.judged])) == _BOTH]
    if len(usable) < min(LEAST_FOLDS, count):
        raise TooLittleDataError(
            what="parts in time with both outcomes before and in them",
            needed=LEAST_FOLDS,
            found=len(usable),
            fix="Pass rows of more dates, or a shorter outcome (horizon_days, or outcome_days of a table).",
        )
    return usable


def sample_customers(
    customers: NDArray[Any], folds: list[Fold], *, most: int, seed: int
) -> tuple[NDArray[np.int_], list[Fold]]:
    """Return the rows of a random part of the customers, about `most` of them, and the folds among those rows.

    Examples
    --------
    >>> whole = Fold(np.arange(4), np.arange(4, 6))
    >>> rows, parts = sample_customers(np.array([1, 2, 3, 1, 2, 3]), [whole], most=6, seed=1)
    >>> rows.tolist(), len(parts)
    ([0, 1, 2, 3, 4, 5], 1)
    """
    if len(customers) <= most:
        return np.arange(len(customers)), folds
    _, who = np.unique(customers, return_inverse=True)
    people = int(who.max()) + 1
    drawn = np.random.default_rng(seed).permutation(people) < people * most / len(customers)
    rows = np.flatnonzero(drawn[who])
    place = np.full(len(customers), -1)
    place[rows] = np.arange(len(rows))
    inside = [Fold(place[fold.learned], place[fold.judged]) for fold in folds]
    return rows, [Fold(fold.learned[fold.learned >= 0], fold.judged[fold.judged >= 0]) for fold in inside]


def describe_few_folds(folds: list[Fold], time: NDArray[np.float64] | None) -> tuple[str, ...]:
    """Return a warning if fewer than three folds in time choose and judge a model; otherwise nothing.

    Examples
    --------
    >>> describe_few_folds([Fold(np.arange(2), np.arange(2, 4))] * 2, np.arange(4.0))[0][:27]
    'only 2 folds in time choose'
    """
    if time is None or len(folds) >= GOOD_FOLDS:
        return ()
    dates = len(np.unique(time))
    problem = f"only {len(folds)} folds in time choose the settings ({dates} dates)"
    return (f"{problem}: bring a longer history, more dates ([dates] train) or a shorter horizon",)
