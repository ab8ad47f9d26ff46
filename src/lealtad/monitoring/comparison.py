"""Today's customers compared with the model's last training customers, and with those of a year ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.base.errors import LakeError
from lealtad.examples import dataset
from lealtad.monitoring.drift import compute_feature_drift, compute_score_drift, take_smallest_drift
from lealtad.monitoring.reason import mark_for_translation as _

if TYPE_CHECKING:
    from datetime import datetime

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.lake import Lake
    from lealtad.monitoring.model import MonitoredModel

_CUSTOMERS = 5_000  # sample per date for drift: large enough for a list, small enough to compute every feature
_YEAR = timedelta(days=364)  # keeps the weekday
_LEAST_PART = 0.5  # share of today's customers that must have existed a year ago


@dataclass(frozen=True)
class Drift:
    """The drift of features and scores.

    Attributes
    ----------
    features, scores
        See `compute_feature_drift` and `compute_score_drift`.
    share
        The share of the customers that is listed.
    """

    features: pl.DataFrame
    scores: pl.DataFrame
    share: float


def year_before(day: datetime) -> datetime:
    """Return the same weekday in the same season a year earlier.

    Parameters
    ----------
    day
        Any instant; its time of day and zone are kept.

    Returns
    -------
    The instant 52 weeks before.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> monday = datetime(2026, 1, 5, tzinfo=UTC)
    >>> year_before(monday).date().isoformat(), year_before(monday).strftime("%A")
    ('2025-01-06', 'Monday')
    """
    return day - _YEAR


def compare_customers(  # noqa: PLR0913, PLR0917 - the model, its customers then and now
    lake: Lake,
    definition: ModelDefinition,
    model: MonitoredModel,
    dates: tuple[datetime, datetime],
    capacity: int,
    notes: list[str],
) -> Drift:
    """Compare the customers of two dates, and those of a year before the second if the lake has their features."""
    then, now = (_read_customers(lake, definition, date) for date in dates)
    lost = [name for name in model.features if name not in now.columns]
    if then.is_empty() or now.is_empty() or lost:
        notes.append(
            _(
                "Drift is unknown: the lake lacks the features of today or of the date to compare with. "
                "Run lealtad features."
            )
        )
        return _NOTHING
    share = min(1.0, capacity / now.height)
    references = [then]
    season = _read_customers(lake, definition, year_before(dates[1]))
    if season.height >= _LEAST_PART * now.height:
        references.append(season)
    now, *references = (rows.sample(min(_CUSTOMERS, rows.height), seed=1) for rows in (now, *references))
    value = np.ones(now.height)
    if "monthly_amount" in now.columns:
        value = now["monthly_amount"].cast(pl.Float64).fill_null(0.0).to_numpy()
    listed, today = max(1, round(share * now.height)), model.score(now)
    drifts = [
        compute_feature_drift(rows, now, model.features, model.score, value=value, capacity=listed)
        for rows in references
    ]
    scores = pl.concat(compute_score_drift(model.score(rows), today, share) for rows in references)
    return Drift(take_smallest_drift(drifts), scores.sort((pl.col("over_cut") / share).log().abs()).head(1), share)


def _read_customers(lake: Lake, definition: ModelDefinition, date: datetime) -> pl.DataFrame:
    try:
        return dataset.read_active(lake, definition, [date])
    except LakeError:
        return pl.DataFrame(schema={"customer_id": pl.String})


_NUMBERS = dict.fromkeys(("distance", "changed", "gain_change", "level"), pl.Float64)
_NOTHING = Drift(
    pl.DataFrame(schema={"feature": pl.String, **_NUMBERS}),
    pl.DataFrame(schema=dict.fromkeys(("before", "now", "distance", "over_cut"), pl.Float64)),
    1.0,
)
