"""How soon churn shows, so that a list can be judged before its horizon ends."""

from __future__ import annotations

import numpy as np
import polars as pl

from lealtad.base.errors import TooLittleDataError

LEAST_LEAVERS = 25


def compute_timing(left_by: pl.DataFrame) -> pl.DataFrame:
    """Return the share of the horizon's churners who have churned, by days after the date.

    Parameters
    ----------
    left_by
        `days, left`: customers of past dates who had churned that many days after the date. The last day is the
        horizon.

    Returns
    -------
    `days, share`, from (0, 0) to (horizon, 1), never falling.

    Raises
    ------
    TooLittleDataError
        If fewer than 25 churned within the horizon.

    Examples
    --------
    >>> compute_timing(pl.DataFrame({"days": [7, 14, 28], "left": [10, 25, 40]}))["share"].to_list()
    [0.0, 0.25, 0.625, 1.0]
    """
    ordered = left_by.sort("days")
    every = int(ordered["left"][-1]) if ordered.height else 0
    if every < LEAST_LEAVERS:
        raise TooLittleDataError(
            what="customers of past dates who churned within the horizon",
            needed=LEAST_LEAVERS,
            found=every,
            fix="Wait until the list's horizon has ended, or load a longer history.",
        )
    share = (ordered["left"] / every).cum_max()
    return pl.DataFrame({"days": [0.0, *ordered["days"].cast(pl.Float64)], "share": [0.0, *share]})


def compute_shown_share(curve: pl.DataFrame, days: float) -> float:
    """Return the share that has churned after some days, interpolated between the days of `compute_timing`.

    Examples
    --------
    >>> compute_shown_share(pl.DataFrame({"days": [0.0, 28.0], "share": [0.0, 1.0]}), 7)
    0.25
    """
    return float(np.interp(days, curve["days"].to_numpy(), curve["share"].to_numpy()))
