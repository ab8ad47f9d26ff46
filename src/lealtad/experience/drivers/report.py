"""Drivers of loyalty of a company, in one tidy frame per question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.drivers.contacts_per_answer import count_contacts_per_answer
from lealtad.experience.drivers.examples import add_segments, build_driver_examples, list_dates
from lealtad.experience.drivers.outcome_drivers import OutcomeDrivers, compare_periods, rank_for_outcome
from lealtad.experience.drivers.outcomes import OUTCOMES
from lealtad.experience.drivers.ownership import find_owners
from lealtad.experience.drivers.performance import measure_performance

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.settings import Settings
    from lealtad.experience.drivers.examples import DriverExamples
    from lealtad.lake import Lake

LEAST_EXAMPLES, _LEAST_VALUES = 300, 2


@dataclass(frozen=True)
class DriverReport:
    """The drivers of a company as of a date.

    Attributes
    ----------
    rows
        One row per outcome and driver, most important first: `outcome, driver`, `importance` (part of what is
        explained) with `low, high, group, among_top, may_be_top`; `previous, change` (better, worse or unclear
        than the period before); `reach, performance, performance_low, performance_high, target, owner, tested,
        quadrant`; `gain, gain_low, gain_high` (in the unit of the outcome, a year for customers and margin);
        `penalty, reward`, each with its ends, and `pattern`.
    segments
        One row per outcome, segment and driver: `importance, low, high, group`.
    outcomes
        One row per outcome: `n, customers, r2, chance_r2` (what columns without any effect would explain),
        `method, certain_pairs, pairs, groups, mean, response_rate`.
    missing
        By outcome that cannot be explained, the number of examples with it; 300 with two values are needed.
    """

    as_of: datetime
    first: datetime
    active: int
    rows: pl.DataFrame
    segments: pl.DataFrame
    outcomes: pl.DataFrame
    missing: dict[str, int]
    read_share: float


def compute_drivers(lake: Lake, settings: Settings, as_of: datetime, margin_rate: float) -> DriverReport:
    """Compute the drivers of NPS, churn and margin.

    Parameters
    ----------
    lake
        Its facts are read as they were known at each date.
    settings
        Targets, promised hours and calendar of the company.
    as_of
        Performance and reach cover the window before it; outcomes known before it are used.
    margin_rate
        Margin as a share of the amount, for orders without a margin.

    Returns
    -------
    The ranked drivers of each outcome. An outcome with too few examples is named in `missing` and has no rows.

    Raises
    ------
    TooLittleDataError
        If fewer than 30 customers were active.
    """
    dates = [*list_dates(as_of), as_of]
    examples = add_segments(lake, build_driver_examples(lake, settings, as_of, margin_rate, dates))
    active = examples.rows.filter(pl.col("as_of") == as_of).height
    performance = measure_performance(examples, as_of, settings).join(
        find_owners(lake, as_of), on="driver", how="left", maintain_order="left"
    )
    stands_for = count_contacts_per_answer(lake, dates[0], as_of)
    parts, summaries, segments, missing = [], [], [], dict[str, int]()
    for outcome in OUTCOMES:
        has_outcome = examples.rows[outcome].is_not_null().to_numpy()
        part = examples.select(has_outcome)
        if part.rows.height < LEAST_EXAMPLES or part.rows[outcome].n_unique() < _LEAST_VALUES:
            missing[outcome] = part.rows.height
            continue
        ranking = rank_for_outcome(examples, outcome, active, stands_for=stands_for)
        parts.append(
            ranking.rows.join(compare_periods(part, outcome), on="driver", how="left", maintain_order="left")
        )
        summaries.append(ranking.summary)
        segments.extend(_rank_segments(examples, outcome, active))
    return DriverReport(
        as_of,
        examples.rows["as_of"].min(),  # type: ignore[arg-type]
        active,
        _add_quadrants(pl.concat(parts).join(performance, on="driver", how="left", maintain_order="left"))
        if parts
        else pl.DataFrame(),
        pl.concat(segments) if segments else pl.DataFrame(),
        pl.DataFrame(summaries) if summaries else pl.DataFrame(),
        missing,
        examples.buckets_read / max(examples.buckets_all, 1),
    )


def _rank_segments(examples: DriverExamples, outcome: str, active: int) -> list[pl.DataFrame]:
    parts = []
    for segment in examples.rows["segment"].drop_nulls().unique().sort():
        inside = (examples.rows["segment"] == segment).fill_null(value=False).to_numpy()
        part = examples.select(inside)
        has_outcome = part.rows[outcome].drop_nulls()
        if has_outcome.len() >= LEAST_EXAMPLES and has_outcome.n_unique() > 1:
            ranking: OutcomeDrivers = rank_for_outcome(part, outcome, active, with_effects=False)
            parts.append(
                ranking.rows.select(
                    "outcome", pl.lit(segment).alias("segment"), "driver", "importance", "low", "high", "group"
                )
            )
    return parts


def _add_quadrants(rows: pl.DataFrame) -> pl.DataFrame:
    """Add `quadrant`: fix first, keep, do not over-serve, watch.

    A driver is important if the lower bound of its importance is above an equal share of all drivers. It performs
    well if it reaches its target, or without one the median of the drivers.
    """
    important = pl.col("low") > 1 / pl.len().over("outcome")
    line = pl.coalesce("target", pl.col("performance").median().over("outcome"))
    performs = pl.col("performance") >= line
    return rows.with_columns(
        pl.when(important & ~performs)
        .then(pl.lit("fix_first"))
        .when(important)
        .then(pl.lit("keep"))
        .when(performs)
        .then(pl.lit("do_not_over_serve"))
        .otherwise(pl.lit("watch"))
        .alias("quadrant")
    )
