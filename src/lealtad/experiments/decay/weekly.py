"""Weeks since the assignment: customers at risk in each, and those who churned in it."""

from __future__ import annotations

import polars as pl

_DAYS = 7.0
WEEKLY = {"treated": pl.Boolean, "week": pl.Int64, "at_risk": pl.Int64, "left": pl.Int64}


def count_weeks(rows: pl.DataFrame, weeks: int) -> pl.DataFrame:
    """Count customers and churners by arm and week since the assignment.

    Parameters
    ----------
    rows
        One per customer: `treated`, `churned_after_days` (null: stayed as long as followed), `followed_days` (from
        the assignment to the end of what is known).
    weeks
        Maximum number of weeks.

    Returns
    -------
    `treated, week` (from 0), `at_risk, left`; both arms of every week in which both had customers at risk. A
    customer counts in a week if all of it was followed. A week that is not over is censored, also for customers
    who churned in it.

    Examples
    --------
    >>> rows = pl.DataFrame({"treated": [True, True, False], "churned_after_days": [8.0, None, None],
    ...                      "followed_days": [30.0, 20.0, 30.0]})
    >>> count_weeks(rows, 3).filter("treated").rows()
    [(True, 0, 2, 0), (True, 1, 2, 1), (True, 2, 0, 0)]
    """
    left_in = (pl.col("churned_after_days") / _DAYS).floor()
    timed = rows.select(
        "treated",
        (pl.col("followed_days") / _DAYS).floor().alias("followed"),
        left_in.fill_null(float("inf")).alias("left_in"),
    )
    parts = []
    for week in range(weeks):
        here = (pl.col("followed") > week) & (pl.col("left_in") >= week)
        counted = timed.group_by("treated").agg(
            here.sum().cast(pl.Int64).alias("at_risk"),
            (here & (pl.col("left_in") == week)).sum().cast(pl.Int64).alias("left"),
        )
        parts.append(counted.with_columns(pl.lit(week, pl.Int64).alias("week")))
    table = pl.concat(parts).select(*WEEKLY).sort("week", "treated")
    both = (pl.col("at_risk") > 0).any().over("week")
    return table.filter(both)
