"""Valid scales of survey questions."""

from __future__ import annotations

import polars as pl

NPS_SCALES = ((0.0, 10.0), (1.0, 10.0))
_NPS = pl.col("metric") == "nps"
_SCORE, _LEAST, _MOST = pl.col("score"), pl.col("scale_min"), pl.col("scale_max")


def is_scale() -> pl.Expr:
    """Return whether the maximum of a scale is above its minimum."""
    return _MOST > _LEAST


def fits_nps() -> pl.Expr:
    """Return whether the scale is 0–10 or 1–10; true for other metrics, which allow any scale."""
    asked = [(least == _LEAST) & (most == _MOST) for least, most in NPS_SCALES]
    return ~_NPS | pl.any_horizontal(asked)


def is_whole_for_nps() -> pl.Expr:
    """Return whether the score is a whole number; true for other metrics, and without an answer."""
    return ~_NPS | _SCORE.is_null() | (_SCORE.floor() == _SCORE)


def keep_askable(surveys: pl.DataFrame) -> pl.DataFrame:
    """Return the invitations whose question has a valid scale; a load rejects the others."""
    return surveys.filter(is_scale() & fits_nps())


def keep_answerable(surveys: pl.DataFrame) -> pl.DataFrame:
    """Return the invitations whose question and score are valid; a load rejects the others.

    Only for answers: that an invitation was sent is known before its score is.

    Examples
    --------
    >>> surveys = pl.DataFrame({"metric": ["nps", "nps", "csat"], "score": [5.0, 8.5, 8.5],
    ...                         "scale_min": [1.0, 0.0, 0.0], "scale_max": [5.0, 10.0, 10.0]})
    >>> keep_answerable(surveys)["metric"].to_list()
    ['csat']
    """
    asked = keep_askable(surveys)
    if "score" not in surveys.columns:
        return asked
    return asked.filter(is_whole_for_nps() & (_SCORE.is_null() | _SCORE.is_between(_LEAST, _MOST)))
