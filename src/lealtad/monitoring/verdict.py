"""The verdict on whether to train again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import polars as pl

from lealtad.monitoring.customer_reasons import (
    find_feature_reasons,
    find_feed_reasons,
    find_response_reasons,
    find_score_reasons,
)
from lealtad.monitoring.feeds import SCHEMA as FEEDS
from lealtad.monitoring.model_reasons import (
    find_label_reasons,
    find_level_reasons,
    find_promise_reasons,
    find_slope_reasons,
)
from lealtad.monitoring.reason import MonitoringReason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

__all__ = ["Measurements", "MonitoringReason", "MonitoringVerdict", "judge_measurements"]


@dataclass(frozen=True)
class Measurements:
    """The measurements behind a verdict.

    Attributes
    ----------
    calibration, settled, features, scores, responses
        Results of `compute_calibration_by_date`, `settle_lists`, `compute_feature_drift`, `compute_score_drift`
        and `compute_response_drift`.
    share
        The share of the customers that is listed.
    outcome_days
        Days from a date until its outcome is known; dates this far apart share no day of outcome.
    feeds
        What `judge_feeds` returned.
    rests_on
        By feature of the model, the tables it is computed from.
    label_tables
        The tables that the outcome is computed from.
    """

    calibration: pl.DataFrame
    settled: pl.DataFrame
    features: pl.DataFrame
    scores: pl.DataFrame
    responses: pl.DataFrame
    share: float
    outcome_days: int
    feeds: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FEEDS))
    rests_on: Mapping[str, Collection[str]] = field(default_factory=dict)
    label_tables: Collection[str] = ()

    @property
    def holes(self) -> set[str]:
        """The tables with a gap: late or thin now, or within the period that a model would learn from."""
        return set(self.feeds.filter("hole")["table"])

    @property
    def is_blind(self) -> bool:
        """Whether there is a gap in tables that the model reads or is judged by."""
        needed = {*self.label_tables, *(table for tables in self.rests_on.values() for table in tables)}
        return bool(self.holes & needed)


@dataclass(frozen=True)
class MonitoringVerdict:
    """The reasons, most important first.

    Examples
    --------
    >>> MonitoringVerdict(()).retrain
    False
    """

    reasons: tuple[MonitoringReason, ...]

    @property
    def retrain(self) -> bool:
        """Whether any reason is one to train again."""
        return any(reason.weight == "retrain" for reason in self.reasons)


def judge_measurements(measured: Measurements) -> MonitoringVerdict:
    """Judge the measurements; an unchanged company gets an alarm in at most 5 % of years.

    Notes
    -----
    Train again if one of these holds:

    - on dates a horizon apart and beyond chance, more than 1.25 times as many churn as predicted, or fewer than
      that part;
    - the slope of the calibration line is below 0.75;
    - churners are outside the bounds of their lists;
    - the drift of a feature changes more than 10 % of the list, or of its expected loss.

    Missed saves concern the effect of contacts, not the model. A level common to all customers concerns prices.

    The cause is named, not its consequences. If a feed has a gap and the model reads it or is judged by it, the
    gap is named. Nothing is concluded that may follow from it. A model trained then would learn the gap.
    """
    reasons = [
        *find_feed_reasons(measured.feeds),
        *_find_customer_reasons(measured),
        *_find_model_reasons(measured),
    ]
    if measured.holes:
        reasons = [replace(reason, weight="watch") for reason in reasons]
    order = {"feed": 0, "retrain": 1, "watch": 2}
    return MonitoringVerdict(
        tuple(sorted(reasons, key=lambda reason: order.get(reason.kind, order[reason.weight])))
    )


def _find_customer_reasons(measured: Measurements) -> Iterator[MonitoringReason]:
    drifted = list(find_feature_reasons(measured.features, measured.holes, measured.rests_on))
    yield from drifted
    if not (drifted or measured.is_blind):
        yield from find_score_reasons(measured.scores, measured.share)
    yield from find_response_reasons(measured.responses, measured.holes)


def _find_model_reasons(measured: Measurements) -> Iterator[MonitoringReason]:
    if measured.is_blind:
        return
    levels = list(find_level_reasons(measured.calibration, measured.outcome_days))
    yield from levels
    yield from find_slope_reasons(measured.calibration, measured.outcome_days)
    for reason in find_promise_reasons(measured.settled, measured.outcome_days):
        if not (levels and reason.kind == "churners"):  # a wrong level already explains missed bounds
            yield reason
    yield from find_label_reasons(measured.calibration, measured.outcome_days)
