"""The level of the season on a lake: learned from past dates, and estimated from recent ones."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from scipy.special import expit, logit

from lealtad.examples import dataset
from lealtad.examples.outcomes import compute_early_outcomes, list_lookouts
from lealtad.learning.season import Cohort, Level, Season
from lealtad.learning.season.past_levels import measure_level_spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.company.model_definition import ModelDefinition
    from lealtad.company.outcome_definition import Label
    from lealtad.examples.dataset import Dataset
    from lealtad.lake import Lake

    # the features of active customers → the probability of each at the usual level
    Predict = Callable[[pl.DataFrame], NDArray[np.float64]]
    # a date and a bucket → `customer_id, probability` of active customers at the usual level
    PastScores = Callable[[datetime, int], pl.DataFrame]

_INDEX = ["customer_id", "as_of"]


def learn_season(lake: Lake, definition: ModelDefinition, past: Dataset, predict: Predict) -> Season | None:
    """Return how levels moved over the dates that a model learned from.

    None where they moved no more than chance would have it, or where there are too few dates. None also where no
    outcome is known before the horizon is over. It is learned from the customers of as many buckets as hold
    `[search] most_rows` rows.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    label, days = definition.label, list_lookouts(definition.label)
    if not days:
        return None
    rows, buckets = _sample_buckets(lake, past, definition.search.most_rows)
    past_rows = (
        rows["as_of"].to_numpy().astype("datetime64[D]"),
        predict(rows),
        rows["observed"].cast(pl.Float64).to_numpy(),
    )
    if measure_level_spread(*past_rows) == 0:
        return None
    early_outcomes = {after: _read_early_outcomes(lake, label, rows, after, buckets) for after in days}
    return Season.learn(*past_rows, early_outcomes, outcome_days=label.outcome_days, early=label.early or 0)


def estimate_level(  # noqa: PLR0913, PLR0917 - of when, by whose words about whom
    lake: Lake,
    label: Label,
    season: Season,
    as_of: datetime,
    dates: Iterable[datetime],
    predicted: PastScores,
    buckets: Sequence[int],
) -> Level:
    """Return how far the level of a date is from the usual one, as far as it can be known on that date.

    Parameters
    ----------
    dates
        Dates with predictions; only those before `as_of` are used.
    predicted
        Returns the predictions for the customers of a date and bucket.
    buckets
        The buckets whose customers are used.

    Raises
    ------
    LakeError
        If the lake lacks a table that the label needs.
    """
    by_day = {date.date(): date for date in dates if date < as_of}
    cohorts = []
    for day, after in season.open(by_day, as_of.date()).items():
        met = pl.concat(
            predicted(by_day[day], bucket).join(
                compute_early_outcomes(lake, label, [by_day[day]], after, bucket), on="customer_id"
            )
            for bucket in buckets
        )
        cohorts.append(Cohort(day, after, met["probability"].to_numpy(), met["seen"].to_numpy()))
    return season.level(as_of.date(), cohorts)


def estimate_past_levels(
    lake: Lake, definition: ModelDefinition, season: Season | None, predict: Predict, dates: Sequence[datetime]
) -> dict[datetime, float]:
    """Return the level of past dates, each as it would have been known on it: what a model is judged at.

    For earlier dates the model's predictions from their features stand in for the scores of the time.

    Raises
    ------
    LakeError
        See `dataset.read_active`.
    """
    if season is None:
        return dict.fromkeys(dates, 0.0)
    all_dates = definition.as_of_dates(lake)
    buckets = dataset.choose_buckets(lake, definition, dates)

    @cache  # cached, since consecutive dates use the same earlier ones
    def predict_bucket(date: datetime, bucket: int) -> pl.DataFrame:
        rows = dataset.read_active(lake, definition, [date], bucket)
        probability = predict(rows) if rows.height else np.zeros(0)  # LightGBM refuses to score no rows
        return rows.select("customer_id").with_columns(pl.Series("probability", probability, pl.Float64))

    return {
        date: estimate_level(lake, definition.label, season, date, all_dates, predict_bucket, buckets).shift
        for date in sorted(dates)
    }


def apply_levels(
    probability: NDArray[np.float64], dates: pl.Series, levels: Mapping[datetime, float]
) -> NDArray[np.float64]:
    """Return the probabilities at the level of each row's date.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> may = datetime(2026, 5, 4, tzinfo=UTC)
    >>> apply_levels(np.array([0.2]), pl.Series([may]), {may: 0.5}).round(3).tolist()
    [0.292]
    """
    if not any(levels.values()):
        return probability
    level = dates.replace_strict(list(levels), list(levels.values()), return_dtype=pl.Float64)
    return np.asarray(expit(logit(probability) + level.to_numpy()))


def _sample_buckets(lake: Lake, past: Dataset, most: int) -> tuple[pl.DataFrame, list[int]]:
    """Return the rows of as many buckets as hold `most` of them, and these buckets."""
    rows = past.rows.with_columns(bucket=lake.bucket_of(past.rows["customer_id"]))
    sizes = rows.group_by("bucket").len().sort("bucket")
    buckets = sizes.filter(sizes["len"].cum_sum() - sizes["len"] < most)["bucket"].to_list()
    return rows.filter(pl.col("bucket").is_in(buckets)).drop("bucket"), buckets


def _read_early_outcomes(
    lake: Lake, label: Label, rows: pl.DataFrame, after: int, buckets: Sequence[int]
) -> NDArray[np.bool_]:
    dates = rows["as_of"].unique().sort().to_list()
    outcomes = pl.concat(compute_early_outcomes(lake, label, dates, after, bucket) for bucket in buckets)
    met = rows.select(_INDEX).join(outcomes, on=_INDEX, how="left", maintain_order="left")
    return met["seen"].fill_null(value=False).to_numpy()
