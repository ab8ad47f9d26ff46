"""Weights of commented answers, to make them representative of all customers who were asked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from lealtad.experience.drivers.response_weights import compute_response_weights
from lealtad.experience.journey.facts import read_surveys
from lealtad.experience.listening.comments import SURVEY

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from lealtad.lake import Lake

_LOOKBACK_DAYS = 364


def weigh_answers(lake: Lake, comments: pl.DataFrame, as_of: datetime) -> NDArray[np.float64]:
    """Return one weight per comment: one over the probability that such a customer answers; the mean is 1.

    The probability depends on how often the customer was asked and answered before, the last score, and the
    metric. Comments of tickets have weight 1.
    """
    ones = np.ones(comments.height)
    surveys = read_surveys(lake, as_of - timedelta(days=2 * _LOOKBACK_DAYS), as_of)
    answers = comments.filter(pl.col("source") == SURVEY)
    if surveys is None or answers.is_empty() or "answered_at" not in surveys.columns:
        return ones
    asked = surveys.filter(pl.col("sent_at") < as_of, pl.col("metric") == "nps").sort(
        "customer_id", "sent_at", "survey_id"
    )
    answered = (pl.col("answered_at").is_not_null() & (pl.col("answered_at") < as_of)).fill_null(value=False)
    score = pl.when(answered).then("score")
    described = asked.select(
        "survey_id",
        answered.alias("answered"),
        pl.int_range(pl.len()).over("customer_id").log1p().alias("times"),
        (answered.cast(pl.Float64).cum_sum() - answered.cast(pl.Float64))
        .over("customer_id")
        .log1p()
        .alias("before"),
        score.forward_fill().shift(1).over("customer_id").fill_null(7.0).alias("last"),
    )
    history = described.select("times", "before", "last").to_numpy().astype(np.float64)
    replied = described["answered"].to_numpy()
    weights = compute_response_weights(history, np.ones(len(replied), bool), replied)
    weighed = described.select("survey_id").with_columns(weight=pl.Series(weights)).filter(pl.col("weight") > 0)
    weighed = weighed.unique("survey_id", keep="last").rename({"survey_id": "comment_id"})
    joined = comments.join(weighed, on="comment_id", how="left", maintain_order="left")
    return joined["weight"].fill_null(1.0).to_numpy()
