"""Checks of outcomes, probabilities and groups for all measures."""

from __future__ import annotations

from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from lealtad.base.errors import DataError, SettingsError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def check_outcomes(y: ArrayLike, probability: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return outcomes and probabilities as floats, one of each per row.

    Parameters
    ----------
    y
        0 or 1 (or false and true) per row.
    probability
        0 to 1 per row.

    Raises
    ------
    DataError
        If there is no row, lengths differ, an outcome is neither 0 nor 1, or a probability is outside 0 to 1.

    Examples
    --------
    >>> check_outcomes([True, False], [1, 0.25])
    (array([1., 0.]), array([1.  , 0.25]))
    >>> check_outcomes([1, 2], [0.5, 0.5])
    Traceback (most recent call last):
    ...
    lealtad.base.errors.DataError: table 'predictions', column 'y': ...
    """
    outcome, score = _to_floats("y", y), _to_floats("probability", probability)
    if outcome.shape != score.shape or outcome.ndim != 1 or not len(score):
        raise _prediction_error(
            "probability",
            "one probability per outcome",
            f"shape {score.shape} for {outcome.shape}",
            "Take both from the same rows.",
        )
    strange = outcome[~((outcome == 0) | (outcome == 1))]
    if len(strange):
        raise _prediction_error(
            "y", "outcomes 0 and 1", str(strange[0]), "Say which outcome is 1: y = (column == 'Yes')."
        )
    outside = score[~((score >= 0) & (score <= 1))]
    if len(outside):
        raise _prediction_error(
            "probability", "0 to 1", str(outside[0]), "Pass predict_proba(X)[:, 1], not a raw score."
        )
    return outcome, score


def check_groups(name: str, groups: ArrayLike, count: int) -> NDArray[Any]:
    """Return the group of each row, such as its date or customer.

    Raises
    ------
    DataError
        If a group is missing, or there is not one per row.

    Examples
    --------
    >>> check_groups("by", ["a", None], 2)
    Traceback (most recent call last):
    ...
    lealtad.base.errors.DataError: table 'predictions', column 'by': ...
    """
    values = np.asarray(groups)
    if values.shape != (count,):
        raise _prediction_error(
            name, f"{count} values, one per row", f"shape {values.shape}", "Take them from the same table."
        )
    empty = int(pd.isna(values).sum())
    if empty:
        raise _prediction_error(
            name, "a group for every row", f"{empty} empty", "Leave out these rows, or name a group."
        )
    return values


def check_share(share: float) -> None:
    """Raise if a share is invalid.

    Raises
    ------
    SettingsError
        If it is not a number above 0 and up to 1.

    Examples
    --------
    >>> check_share(0.1)
    """
    if not (isinstance(share, Real) and 0 < float(share) <= 1):
        raise SettingsError(
            place="share", expected="a share above 0 and up to 1", found=f"{share!r}", fix="Pass 0.1 for a tenth."
        )


def check_bins(bins: int) -> None:
    """Raise if a number of bins is invalid.

    Raises
    ------
    SettingsError
        If it is not a whole number from 1 on.

    Examples
    --------
    >>> check_bins(10)
    """
    if not (isinstance(bins, Integral) and int(bins) >= 1):
        raise SettingsError(
            place="bins", expected="a whole number from 1 on", found=f"{bins!r}", fix="Leave it out for ten."
        )


def _to_floats(name: str, values: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise _prediction_error(name, "numbers", str(error), "Convert the column to numbers first.") from None


def _prediction_error(column: str, expected: str, found: str, fix: str) -> DataError:
    return DataError(table="predictions", column=column, expected=expected, found=found, fix=fix)
