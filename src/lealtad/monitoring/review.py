"""Building the report from a lake: its lists, scores and outcomes, and today's customers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import TooLittleDataError
from lealtad.base.instants import INSTANT
from lealtad.company.outcome_definition import Contractual
from lealtad.examples.outcomes import compute_outcomes
from lealtad.lake.timeline import find_end_of_data
from lealtad.monitoring.calibration import compute_calibration_by_date
from lealtad.monitoring.comparison import compare_customers
from lealtad.monitoring.feeds import feed_health
from lealtad.monitoring.reason import mark_for_translation as _
from lealtad.monitoring.repeat_listings import REST_DAYS
from lealtad.monitoring.report import MonitoringReport
from lealtad.monitoring.response import compute_response_drift
from lealtad.monitoring.sequential import count_beginnings, select_dates_apart
from lealtad.monitoring.settlement import SCHEMA, settle_lists
from lealtad.monitoring.timing import compute_shown_share, compute_timing
from lealtad.monitoring.verdict import Measurements, judge_measurements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.outcome_definition import Label
    from lealtad.lake import Lake
    from lealtad.monitoring.model import MonitoredModel

_NEWEST_DATES, _TIMING_DATES = 3, 6
_LEAST_DAYS = 7  # of a horizon, before which a list is not judged
_WEEK = timedelta(days=7)
_NO_CALIBRATION = pl.DataFrame(schema={"as_of": INSTANT, "probability": pl.Float64, "observed": pl.Boolean})


def monitor(  # noqa: PLR0913 - a lake, a model, and what both are compared with
    lake: Lake,
    definition: ModelDefinition,
    model: MonitoredModel,
    *,
    capacity: int,
    reference_at: datetime | None = None,
    rest_days: int = REST_DAYS,
    ignore: Iterable[str] = (),
) -> MonitoringReport:
    """Build the monitoring report of a lake: promise and delivery of its lists, and whether the model still fits.

    Parameters
    ----------
    capacity
        Customers on a list, to measure how drift changes it.
    reference_at
        The reference date for today's customers; None for the newest training date. If the lake holds features of
        the same day a year before, drift must also show against them.
    rest_days
        Days for which a contact by a campaign keeps a customer off the lists.
    ignore
        Tables whose feeds are not judged.

    Raises
    ------
    LakeError
        If the lake lacks a table of the label.
    """
    end = find_end_of_data(lake)
    notes: list[str] = []
    lists, together = _settle_all(lake, definition, end, notes, rest_days)
    calibration = compute_calibration_by_date(_read_past_scores(lake, definition, end, notes))
    then = reference_at or definition.find_last_training_date(lake)
    moved = compare_customers(lake, definition, model, (then, end), capacity, notes)
    measured = Measurements(
        calibration=calibration.filter(pl.col("as_of") >= _find_first_night(lake, definition)),
        settled=lists,
        features=moved.features,
        scores=moved.scores,
        responses=compute_response_drift(lake.read("surveys") if lake.has("surveys") else _NO_SURVEYS, end),
        share=moved.share,
        outcome_days=definition.label.outcome_days,
        feeds=feed_health(lake, end, ignore),
        rests_on=model.rests_on,
        label_tables=definition.label.tables,
    )
    if measured.is_blind:
        notes.append(_("Level, slope and lists are not judged while a feed that they depend on has a gap."))
    return MonitoringReport(end, judge_measurements(measured), measured, together, calibration, tuple(notes))


_NO_SURVEYS = pl.DataFrame(
    schema={
        "metric": pl.String,
        "kind": pl.String,
        "sent_at": INSTANT,
        "answered_at": INSTANT,
    }
)


def _settle_all(
    lake: Lake, definition: ModelDefinition, end: datetime, notes: list[str], rest_days: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    nothing = pl.DataFrame(schema=SCHEMA)
    if not lake.has("lists"):
        notes.append(_("No list exists yet, so none is settled. Run lealtad worklist."))
        return nothing, nothing
    label, listed = definition.label, lake.read("lists")
    dates = sorted(listed["as_of"].unique())
    ended = [date for date in dates if date + timedelta(days=label.outcome_days) <= end]
    final = listed.filter(pl.col("as_of").is_in(pl.Series(ended, dtype=listed.schema["as_of"]).implode()))
    happened = compute_outcomes(lake, label, ended)
    open_dates = [date for date in dates if date not in ended]
    stored = lake.read("promises") if lake.has("promises") else None
    whole = settle_lists(final, happened, promises=stored, rest_days=rest_days)
    parts = [whole, *_settle_in_part(lake, label, listed, open_dates, end, notes)]
    campaigns = settle_lists(final, happened, together=True, rest_days=rest_days)
    return pl.concat(parts).sort("as_of", "list_id", "group", "measure"), campaigns


def _settle_in_part(  # noqa: PLR0913, PLR0917 - the lists, their label and their dates
    lake: Lake, label: Label, listed: pl.DataFrame, dates: list[datetime], end: datetime, notes: list[str]
) -> list[pl.DataFrame]:
    """Settle lists whose horizon has not ended by those who have churned so far."""
    if not dates or not isinstance(label, Contractual):
        # a customer may still order before the horizon ends, so inactivity cannot be settled in part
        return []
    try:
        curve = compute_timing(_count_churned_by_day(lake, label, end))
    except TooLittleDataError as error:
        notes.append(str(error))
        return []
    settlements = []
    for date in dates:
        first = label.shorten((end - date).days)
        if first.horizon_days >= _LEAST_DAYS:
            shown = compute_shown_share(curve, first.horizon_days)
            settlements.append(
                settle_lists(
                    listed.filter(pl.col("as_of") == date), compute_outcomes(lake, first, [date]), shown=shown
                )
            )
    return settlements


def _count_churned_by_day(lake: Lake, label: Contractual, end: datetime) -> pl.DataFrame:
    """Count who had churned that many days after past dates whose horizon has ended."""
    newest = end - timedelta(days=label.outcome_days)
    dates = [newest - _WEEK * back for back in range(_TIMING_DATES)]
    days = sorted({*range(_LEAST_DAYS, label.horizon_days, _LEAST_DAYS), label.horizon_days})
    rows = []
    for so_many in days:
        happened = compute_outcomes(lake, label.model_copy(update={"horizon_days": so_many}), dates)
        rows.append((so_many, int(happened["observed"].sum() or 0)))
    return pl.DataFrame(rows, schema=["days", "left"], orient="row")


def _read_past_scores(lake: Lake, definition: ModelDefinition, end: datetime, notes: list[str]) -> pl.DataFrame:
    if not lake.has("scores"):
        notes.append(_("No scores are stored yet, so none is compared with the outcomes. Run lealtad score."))
        return _NO_CALIBRATION
    scores = lake.read("scores")
    if "model" in scores.columns:
        scores = scores.filter(pl.col("model") == definition.name)
    ended = scores.filter(pl.col("as_of") + timedelta(days=definition.label.outcome_days) <= end)
    every, outcome_days = sorted(ended["as_of"].unique()), definition.label.outcome_days
    apart = select_dates_apart(every, outcome_days)[-count_beginnings(outcome_days) :]
    dates = sorted({*apart, *every[-_NEWEST_DATES:]})
    if not dates:
        notes.append(_("No scored date has a known outcome yet."))
        return _NO_CALIBRATION
    happened = compute_outcomes(lake, definition.label, dates).drop("missing")
    return ended.select("customer_id", "as_of", "probability").join(happened, on=["customer_id", "as_of"])


def _find_first_night(lake: Lake, definition: ModelDefinition) -> datetime:
    """Return the first night scored by the model in charge; earlier scores are from other models."""
    nothing = datetime(1, 1, 1, tzinfo=UTC)
    if not lake.has("scores") or "model_version" not in lake.columns("scores"):
        return nothing
    scores = lake.read("scores", columns=["as_of", "model_version"], where=pl.col("model") == definition.name)
    by_date = scores.drop_nulls("model_version").unique().sort("as_of")
    if by_date.is_empty():
        return nothing
    since: datetime = by_date.filter(pl.col("model_version") == by_date["model_version"][-1])["as_of"][0]
    return since
