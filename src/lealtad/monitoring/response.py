"""Whether customers still answer surveys as before, since features of surveys depend on it."""

from __future__ import annotations

from datetime import timedelta
from statistics import NormalDist
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.intervals import Z
from lealtad.monitoring.budget import error_of

if TYPE_CHECKING:
    from datetime import datetime

_LOOKS = 26  # effectively independent windows a year
WINDOW_DAYS, _ANSWER_DAYS = 91, 14
LEAST_CHANGE, LEAST_PART = 0.05, 1 / 3  # smaller changes do not matter: points, or part of the response rate


def compute_response_drift(
    surveys: pl.DataFrame, as_of: datetime, window_days: float = WINDOW_DAYS
) -> pl.DataFrame:
    """Return the response rates of the last window and of the one before, one row per metric and kind.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation.
    as_of
        UTC instant; invitations with less than 14 days to be answered by then are left out.

    Returns
    -------
    `metric, kind, n_before, before, n, now, change, low, high` (95 %, normal, of the change), `drifted`. `drifted`
    states whether the change is beyond chance, even if tested every night, and at least 5 points or a third of the
    rate. An answer counts within 14 days of its invitation. Null if a window is empty.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> day = lambda month: datetime(2026, month, 1, tzinfo=UTC)
    >>> sent = pl.DataFrame({"metric": "nps", "kind": "relational", "sent_at": [day(2), day(5)],
    ...                      "answered_at": [day(2), None]})
    >>> compute_response_drift(sent, datetime(2026, 7, 1, tzinfo=UTC)).select("before", "now", "change").row(0)
    (1.0, 0.0, -1.0)
    """
    end = as_of - timedelta(days=_ANSWER_DAYS)
    middle, start = end - timedelta(days=window_days), end - timedelta(days=2 * window_days)
    answered = (pl.col("answered_at") < pl.col("sent_at") + timedelta(days=_ANSWER_DAYS)).fill_null(value=False)
    recent = pl.col("sent_at") >= middle
    by = (
        surveys.filter(pl.col("sent_at").is_between(start, end, closed="left"))
        .with_columns(answered.alias("answered"))
        .group_by("metric", "kind")
        .agg(
            (~recent).sum().cast(pl.Int64).alias("n_before"),
            pl.col("answered").filter(~recent).mean().alias("before"),
            recent.sum().cast(pl.Int64).alias("n"),
            pl.col("answered").filter(recent).mean().alias("now"),
        )
        .sort("metric", "kind")
    )
    p, q = pl.col("before"), pl.col("now")
    spread = (p * (1 - p) / pl.col("n_before") + q * (1 - q) / pl.col("n")).sqrt()
    change = q - p
    sure = change.abs() > spread * NormalDist().inv_cdf(
        1 - error_of("responses") / (2 * _LOOKS * max(by.height, 1))
    )
    weighty = (change.abs() >= LEAST_CHANGE) | (change.abs() >= LEAST_PART * p)
    return by.with_columns(
        change.alias("change"),
        (change - Z * spread).alias("low"),
        (change + Z * spread).alias("high"),
        (sure & weighty).alias("drifted"),
    )
