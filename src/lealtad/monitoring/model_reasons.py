"""Reasons against the model: its level, its slope, its lists, and the outcomes that judge it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.intervals import Z
from lealtad.monitoring.budget import error_of
from lealtad.monitoring.reason import MonitoringReason
from lealtad.monitoring.reason import mark_for_translation as _
from lealtad.monitoring.sequential import (
    compute_count_gains,
    compute_normal_gains,
    count_beginnings,
    select_dates_apart,
    weigh_evidence,
)
from lealtad.worklist.promises import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lealtad.monitoring.sequential import Floats

LEVEL = 1.25  # observed over predicted, in either direction; the same limit as the gate's
FLAT = 0.75  # with a lower slope, much of the list is noise
_MORE = (1.5, 2.0, 3.0, 5.0)  # alternatives beyond the limit
_FLATTER = (0.55, 0.35, 0.15)
_BOUNDS = 2.0  # a list's bounds are two standard deviations from its promise
_FURTHER = (3.0, 4.0, 6.0)
# maximum weight of a date, because with few held-out customers a single one can change the saves a lot
_MOST_CHURNERS, _MOST_SAVES = 6.0, 4.0
_LABELLED, _BEFORE, _SURE = 0.05, 3, 5.0  # points; dates; standard errors


def find_level_reasons(calibration: pl.DataFrame, outcome_days: int) -> Iterator[MonitoringReason]:
    """Yield a reason if, beyond chance, more than 1.25 times the predicted number churns, or less than 1/1.25."""
    rows = _select_rows_apart(calibration, outcome_days)
    n = rows["n"].to_numpy().astype(np.float64)
    happened, expected = rows["observed"].to_numpy() * n, rows["predicted"].to_numpy() * n
    ways = (
        (
            _("More customers have churned than predicted since {since}: {observed} instead of {predicted}."),
            LEVEL,
            _MORE,
        ),
        (
            _("Fewer customers have churned than predicted since {since}: {observed} instead of {predicted}."),
            1 / LEVEL,
            tuple(1 / more for more in _MORE),
        ),
    )
    for sentence, limit, alternatives in ways:
        evidence = weigh_evidence(
            compute_count_gains(happened, expected, limit, alternatives),
            error_of("levels") / len(ways),
            count_beginnings(outcome_days),
        )
        if evidence.is_sure:
            late = slice(evidence.since, None)
            values: dict[str, float | int | str] = {
                "since": f"{rows['as_of'][evidence.since]:%Y-%m-%d}",
                "predicted": float(expected[late].sum() / n[late].sum()),
                "observed": float(happened[late].sum() / n[late].sum()),
            }
            yield MonitoringReason("level", "retrain", sentence, values)


def find_slope_reasons(calibration: pl.DataFrame, outcome_days: int) -> Iterator[MonitoringReason]:
    """Yield a reason if the slope of the calibration line is below 0.75 beyond chance."""
    rows = _select_rows_apart(calibration.drop_nulls("slope"), outcome_days)
    slopes = rows["slope"].to_numpy()
    errors = (rows["slope_high"].to_numpy() - rows["slope_low"].to_numpy()) / (2 * Z)
    gains = compute_normal_gains(slopes, errors, FLAT, _FLATTER)
    evidence = weigh_evidence(gains, error_of("slope"), count_beginnings(outcome_days))
    if evidence.is_sure:
        weights = errors[evidence.since :] ** -2.0
        yield MonitoringReason(
            "slope",
            "retrain",
            _(
                "Since {since} outcomes differ less between high and low probabilities than predicted: "
                "the slope is {slope}."
            ),
            {
                "since": f"{rows['as_of'][evidence.since]:%Y-%m-%d}",
                "slope": f"{np.average(slopes[evidence.since :], weights=weights):.2f}",
            },
        )


def find_promise_reasons(settled: pl.DataFrame, outcome_days: int) -> Iterator[MonitoringReason]:
    """Yield a reason if lists a horizon apart miss their promised bounds beyond chance."""
    final = settled.filter(pl.col("group") == WHOLE, pl.col("shown") == 1.0).drop_nulls("delivered")
    churners = _compute_distances(_select_rows_apart(final.filter(measure="churners"), outcome_days), counted=True)
    if _misses_bounds(churners.clip(-_MOST_CHURNERS, _MOST_CHURNERS), error_of("churners"), outcome_days):
        values = {"lists": int((np.abs(churners) > Z).sum()), "of": len(churners)}
        yield MonitoringReason("churners", "retrain", _CHURNERS, values)
    saves = _compute_distances(_select_rows_apart(final.filter(measure="saves"), outcome_days), counted=False)
    if _misses_bounds(saves.clip(-_MOST_SAVES, _MOST_SAVES), error_of("saves"), outcome_days):
        values = {"lists": int((np.abs(saves) > Z).sum()), "of": len(saves)}
        yield MonitoringReason("saves", "watch", _SAVES, values)


def find_label_reasons(calibration: pl.DataFrame, outcome_days: int) -> Iterator[MonitoringReason]:
    """Yield a reason if outcomes are known for more or fewer scored customers than before, beyond chance."""
    rows = _select_rows_apart(calibration.drop_nulls("labelled"), outcome_days).tail(
        count_beginnings(outcome_days)
    )
    if rows.height <= _BEFORE:
        return
    before, now = float(rows["labelled"][:-1].median()), float(rows["labelled"][-1])  # type: ignore[arg-type]
    n = max(float(rows["n"][-1]) / max(now, 1e-9), 1.0)
    spread = max(float(rows["labelled"][:-1].std() or 0.0), (before * (1 - before) / n) ** 0.5)  # type: ignore[arg-type]
    if abs(now - before) >= _LABELLED and abs(now - before) > _SURE * spread:
        yield MonitoringReason("labels", "watch", _LABELS, {"now": now, "before": before})


_CHURNERS = _(
    "In {lists} of {of} settled lists, a horizon apart, the number of churners is outside the promised bounds."
)
_SAVES = _("In {lists} of {of} settled lists, a horizon apart, the saves differ from the promise beyond chance.")
_LABELS = _(
    "The outcome is known for {now} of the scored customers; before for {before}. Check how the outcome "
    "is recorded."
)


def _select_rows_apart(rows: pl.DataFrame, outcome_days: int) -> pl.DataFrame:
    """Return the rows of dates a horizon apart: their outcomes share no day."""
    dates = select_dates_apart(rows["as_of"].to_list(), outcome_days)
    chosen = pl.Series(dates, dtype=rows.schema["as_of"])
    return rows.filter(pl.col("as_of").is_in(chosen.implode())).sort("as_of").unique("as_of", maintain_order=True)


def _compute_distances(rows: pl.DataFrame, *, counted: bool) -> Floats:
    """Return how far deliveries are from their promises, in standard deviations of both."""
    there = rows["promised_high"] - rows["promised_low"]
    here = (rows["high"] - rows["low"]).fill_null(0.0) * (0 if counted else 1)
    spread = ((there**2 + here**2).sqrt() / (2 * Z)).to_numpy()
    apart = (rows["delivered"] - rows["promised"]).to_numpy()
    is_known = spread > 0
    return np.asarray(apart[is_known] / spread[is_known])


def _misses_bounds(distances: Floats, error: float, outcome_days: int) -> bool:
    ones = np.ones(len(distances))
    return any(
        weigh_evidence(
            compute_normal_gains(way * distances, ones, _BOUNDS, _FURTHER),
            error / 2,
            count_beginnings(outcome_days),
        ).is_sure
        for way in (1, -1)
    )
