"""The rows of an uplift estimate, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lealtad.base.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def check_rows(
    y: ArrayLike, treated: ArrayLike, rows: int | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return outcome and treatment as arrays.

    Raises
    ------
    DataError
        If the lengths differ, an outcome is not known, or an arm is empty.
    """
    outcome = np.asarray(y, dtype=np.float64)
    arm = np.asarray(treated)
    count = len(outcome) if rows is None else rows
    if len(outcome) != len(arm) or len(outcome) != count:
        raise DataError(
            table="uplift",
            expected="one outcome and one arm per row",
            found=f"{count:,} rows, {len(outcome):,} outcomes, {len(arm):,} arms",
            fix="Pass arrays of one length.",
        )
    if not np.isfinite(outcome).all():
        raise DataError(
            table="uplift",
            column="y",
            expected="known outcomes",
            found=f"{int((~np.isfinite(outcome)).sum()):,} that are not",
            fix="Leave out rows whose outcome is not observed yet; it is not 0.",
        )
    if not set(np.unique(arm)) <= {0, 1} or len(np.unique(arm)) < 2:  # noqa: PLR2004 - two arms
        raise DataError(
            table="uplift",
            column="treated",
            expected="0 and 1, each at least once",
            found=", ".join(map(str, np.unique(arm)[:5])),
            fix="Pass the treated arm and its control; without both there is no effect to learn.",
        )
    return outcome, arm.astype(bool)
