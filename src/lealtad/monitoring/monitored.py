"""From the lake to the report: its lists, scores and outcomes, and the customers of today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad import dataset
from lealtad.errors import LakeError, TooLittleDataError
from lealtad.label import Contractual
from lealtad.labels import outcomes
from lealtad.monitoring.calibration import calibration_by_date
from lealtad.monitoring.drift import feature_drift, score_drift
from lealtad.monitoring.once import REST_DAYS
from lealtad.monitoring.report import Report
from lealtad.monitoring.response import response_drift
from lealtad.monitoring.settling import SCHEMA, settled
from lealtad.monitoring.timing import shown_after, timing
from lealtad.monitoring.verdict import judged
from lealtad.timeline import end_of_data

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.definition import Definition
    from lealtad.label import Label
    from lealtad.lake import Lake

    Floats = NDArray[np.float64]

_CUSTOMERS = 5_000  # sampled of each time for drift: enough for a list, little enough for every feature
_DATES, _TIMING_DATES = 26, 6
_LEAST_DAYS = 7  # of a horizon, before which a list is not judged
_WEEK = timedelta(days=7)
_NO_CALIBRATION = pl.DataFrame(
    schema={"as_of": pl.Datetime("us", "UTC"), "probability": pl.Float64, "observed": pl.Boolean}
)


def _(sentence: str) -> str:
    """Mark a sentence for the catalog; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True)
class Model:
    """The model that is monitored: what it reads, and how it scores customers."""

    features: Sequence[str]
    score: Callable[[pl.DataFrame], Floats]


def monitor(  # noqa: PLR0913 - the lake, its model, and how lists are made
    lake: Lake,
    definition: Definition,
    model: Model,
    *,
    capacity: int,
    reference_at: datetime | None = None,
    rest_days: int = REST_DAYS,
) -> Report:
    """Return what the lists of a lake promised and delivered, and whether the model still fits its customers.

    Parameters
    ----------
    capacity
        Customers on a list, for what drift changes of it.
    reference_at
        The date whose customers today's are compared with; None: the newest one to learn from.
    rest_days
        How long the playbook leaves alone whom a campaign contacted.

    Raises
    ------
    LakeError
        If the lake lacks a table of the label.
    """
    end = end_of_data(lake)
    notes: list[str] = []
    lists, together = _settled(lake, definition, end, notes, rest_days)
    calibration = calibration_by_date(_scored(lake, definition, end, notes))
    then = reference_at or definition.learned_until(lake)
    features, scores, share = _drift(lake, definition, model, (then, end), capacity, notes)
    responses = response_drift(lake.read("surveys") if lake.has("surveys") else _NO_SURVEYS, end)
    verdict = judged(
        calibration=calibration,
        settled=lists,
        features=features,
        scores=scores,
        responses=responses,
        share=share,
    )
    return Report(end, verdict, lists, together, calibration, features, scores, responses, tuple(notes))


_NO_SURVEYS = pl.DataFrame(
    schema={
        "metric": pl.String,
        "kind": pl.String,
        "sent_at": pl.Datetime("us", "UTC"),
        "answered_at": pl.Datetime("us", "UTC"),
    }
)


def _settled(
    lake: Lake, definition: Definition, end: datetime, notes: list[str], rest_days: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    nothing = pl.DataFrame(schema=SCHEMA)
    if not lake.has("lists"):
        notes.append(_("No list was made yet, so none is settled."))
        return nothing, nothing
    label, listed = definition.label, lake.read("lists")
    dates = sorted(listed["as_of"].unique())
    ended = [date for date in dates if date + timedelta(days=label.outcome_days) <= end]
    final = listed.filter(pl.col("as_of").is_in(pl.Series(ended, dtype=listed.schema["as_of"]).implode()))
    happened = outcomes(lake, label, ended)
    open_dates = [date for date in dates if date not in ended]
    kept = lake.read("promises") if lake.has("promises") else None
    whole = settled(final, happened, kept=kept, rest_days=rest_days)
    parts = [whole, *_partly(lake, label, listed, open_dates, end, notes)]
    campaigns = settled(final, happened, together=True, rest_days=rest_days)
    return pl.concat(parts).sort("as_of", "list_id", "group", "measure"), campaigns


def _partly(  # noqa: PLR0913, PLR0917 - the lists, their label and their dates
    lake: Lake, label: Label, listed: pl.DataFrame, dates: list[datetime], end: datetime, notes: list[str]
) -> list[pl.DataFrame]:
    """Settle lists whose horizon has not ended by those who have left so far."""
    if not dates or not isinstance(label, Contractual):
        # who has not ordered yet may still order: inactivity shows only when the horizon has ended
        return []
    try:
        curve = timing(_left_by(lake, label, end))
    except TooLittleDataError as error:
        notes.append(str(error))
        return []
    found = []
    for date in dates:
        first = label.of_first((end - date).days)
        if first.horizon_days >= _LEAST_DAYS:
            shown = shown_after(curve, first.horizon_days)
            found.append(
                settled(listed.filter(pl.col("as_of") == date), outcomes(lake, first, [date]), shown=shown)
            )
    return found


def _left_by(lake: Lake, label: Contractual, end: datetime) -> pl.DataFrame:
    """Count who had left so many days after past dates whose horizon has ended."""
    newest = end - timedelta(days=label.outcome_days)
    dates = [newest - _WEEK * back for back in range(_TIMING_DATES)]
    days = sorted({*range(_LEAST_DAYS, label.horizon_days, _LEAST_DAYS), label.horizon_days})
    rows = []
    for so_many in days:
        happened = outcomes(lake, label.model_copy(update={"horizon_days": so_many}), dates)
        rows.append((so_many, int(happened["observed"].sum() or 0)))
    return pl.DataFrame(rows, schema=["days", "left"], orient="row")


def _scored(lake: Lake, definition: Definition, end: datetime, notes: list[str]) -> pl.DataFrame:
    if not lake.has("scores"):
        notes.append(_("No scores are kept yet, so none is compared with what happened."))
        return _NO_CALIBRATION
    scores = lake.read("scores")
    if "model" in scores.columns:
        scores = scores.filter(pl.col("model") == definition.name)
    known = scores.filter(pl.col("as_of") + timedelta(days=definition.label.outcome_days) <= end)
    dates = sorted(known["as_of"].unique())[-_DATES:]
    if not dates:
        notes.append(_("No scored date has a known outcome yet."))
        return _NO_CALIBRATION
    happened = outcomes(lake, definition.label, dates).drop("missing")
    return known.select("customer_id", "as_of", "probability").join(happened, on=["customer_id", "as_of"])


def _drift(  # noqa: PLR0913, PLR0917 - the model, its customers then and now
    lake: Lake,
    definition: Definition,
    model: Model,
    dates: tuple[datetime, datetime],
    capacity: int,
    notes: list[str],
) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    try:
        then, now = (dataset.living(lake, definition, [date]) for date in dates)
    except LakeError:
        then = now = pl.DataFrame(schema={"customer_id": pl.String})
    lost = [name for name in model.features if name not in now.columns]
    if then.is_empty() or now.is_empty() or lost:
        notes.append(
            _("Drift is not known: the lake lacks the features of today, or of the date to compare with.")
        )
        return _no_features(), _no_scores(), 1.0
    share = min(1.0, capacity / now.height)
    then, now = (rows.sample(min(_CUSTOMERS, rows.height), seed=1) for rows in (then, now))
    value = np.ones(now.height)
    if "monthly_amount" in now.columns:
        value = now["monthly_amount"].cast(pl.Float64).fill_null(0.0).to_numpy()
    listed = max(1, round(share * now.height))
    features = feature_drift(then, now, model.features, model.score, value=value, capacity=listed)
    return features, score_drift(model.score(then), model.score(now), share), share


def _no_features() -> pl.DataFrame:
    numbers = pl.DataFrame(schema=dict.fromkeys(("distance", "changed", "gain_change"), pl.Float64))
    return numbers.select(pl.lit(None, dtype=pl.String).alias("feature"), pl.all())


def _no_scores() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(("before", "now", "distance", "over_cut"), pl.Float64))
