"""Surveys: what customers answer, how it changes, and when they no longer answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.examples.features.engine.facts import divide
from lealtad.examples.features.families.journey import FIRST_MONTH
from lealtad.examples.features.feature import feature
from lealtad.examples.features.units import ANSWERS, DAYS, POINTS, SHARE, SURVEYS

if TYPE_CHECKING:
    from lealtad.examples.features.engine.facts import Facts, Matrix

_NPS, _CSAT, _CES = (pl.col("metric") == metric for metric in ("nps", "csat", "ces"))
_ANSWER = pl.col("is_answer")
_HARD = pl.col("rating") <= 1 / 3  # 3 or lower of 7
_YEAR = 364


@feature(source="survey_invitations", unit=SURVEYS, about="invitations", windows=(91, 364), actionable=True)
def survey_invitations(facts: Facts, window: int) -> Matrix:
    """Survey invitations sent in the window (count)."""
    return facts.count(window, where=~_ANSWER)


@feature(source="survey_invitations", unit=ANSWERS, about="answering", windows=(91, 364))
def survey_answers(facts: Facts, window: int) -> Matrix:
    """Survey answers given in the window (count)."""
    return facts.count(window, where=_ANSWER)


@feature(
    source="survey_outcomes", unit=SHARE, about="answering", windows=(364,), null="no invitation in the window"
)
def answer_share(facts: Facts, window: int) -> Matrix:
    """Share of the invitations sent in the window that are answered by the date (share)."""
    return divide(facts.count(window, where=_ANSWER), facts.count(window, where=~_ANSWER))


@feature(source="survey_invitations", unit=SURVEYS, about="answering", null="no invitation yet")
def unanswered_surveys(facts: Facts) -> Matrix:
    """Invitations since the last answer, or since the first one if none was ever answered (count)."""
    return facts.last("unanswered")


@feature(source="survey_invitations", unit=DAYS, about="answering", null="no answer yet")
def days_since_answer(facts: Facts) -> Matrix:
    """Time since the newest survey answer (days)."""
    return facts.days_since(where=_ANSWER)


@feature(source="survey_answers", unit=POINTS, about="recommending", null="no NPS answer yet", risk="falls")
def last_nps(facts: Facts) -> Matrix:
    """Newest answer to the recommend question, 0 to 10 (points)."""
    return facts.last("score", where=_NPS)


@feature(source="survey_answers", unit=POINTS, about="recommending", windows=(364,), null="no NPS answer")
def mean_nps(facts: Facts, window: int) -> Matrix:
    """Mean answer of the window to the recommend question, 0 to 10 (points)."""
    return facts.mean("score", window, where=_NPS)


@feature(source="survey_answers", unit=POINTS, about="recommending", windows=(364,), null="no NPS answer")
def worst_nps(facts: Facts, window: int) -> Matrix:
    """Lowest answer of the window to the recommend question, 0 to 10 (points)."""
    return facts.minimum("score", window, where=_NPS)


@feature(
    source="survey_answers", unit=POINTS, about="recommending", windows=(364,), null="fewer than 2 NPS answers"
)
def nps_slope(facts: Facts, window: int) -> Matrix:
    """Change per 91 days of the window's answers to the recommend question, by least squares (points)."""
    return facts.slope("score", window, where=_NPS) * 91


@feature(source="survey_answers", unit=ANSWERS, about="recommending")
def promoter_answers(facts: Facts) -> Matrix:
    """Answers of 9 or 10 to the recommend question so far (count)."""
    return facts.sum("promoter")


@feature(source="survey_answers", unit=ANSWERS, about="recommending")
def detractor_answers(facts: Facts) -> Matrix:
    """Answers of 0 to 6 to the recommend question so far (count)."""
    return facts.sum("detractor")


@feature(source="survey_answers", unit=DAYS, about="recommending", null="no such answer yet")
def days_since_detractor_answer(facts: Facts) -> Matrix:
    """Time since the newest answer of 0 to 6 to the recommend question (days)."""
    return facts.days_since(where=pl.col("detractor") == 1)


@feature(source="survey_answers", unit=SHARE, about="satisfaction", null="no CSAT answer yet", risk="falls")
def last_csat(facts: Facts) -> Matrix:
    """Newest satisfaction answer, from 0 to 1 on its scale (share)."""
    return facts.last("rating", where=_CSAT)


@feature(
    source="survey_answers",
    unit=SHARE,
    about="satisfaction",
    windows=(91, 364),
    null="no CSAT answer in the window",
    actionable=True,
)
def satisfied_share(facts: Facts, window: int) -> Matrix:
    """Share of the window's satisfaction answers in the upper quarter of their scale (share)."""
    return facts.mean("satisfied", window)


@feature(source="survey_answers", unit=SHARE, about="satisfaction", windows=(364,), null="no CSAT answer")
def worst_csat(facts: Facts, window: int) -> Matrix:
    """Lowest satisfaction answer of the window, from 0 to 1 on its scale (share)."""
    return facts.minimum("rating", window, where=_CSAT)


@feature(
    source="survey_answers", unit=SHARE, about="satisfaction", windows=(364,), null="fewer than 2 CSAT answers"
)
def csat_slope(facts: Facts, window: int) -> Matrix:
    """Change per 91 days of the window's satisfaction answers on a scale from 0 to 1, by least squares (share)."""
    return facts.slope("rating", window, where=_CSAT) * 91


@feature(
    source="survey_answers",
    unit=SHARE,
    about="satisfaction",
    variants=("purchase", "service", "loyalty"),
    column="csat_in_{}_364d",
    reads=(364,),
    null="no CSAT answer about that stage",
    actionable=True,
)
def csat_by_stage(facts: Facts, stage: str) -> Matrix:
    """Mean satisfaction answer of the last 364 days about a stage, from 0 to 1 on its scale (share)."""
    return facts.mean("rating", _YEAR, where=_CSAT & (pl.col("stage") == stage))


@feature(
    source="survey_answers",
    unit=SHARE,
    about="effort",
    null="no effort answer with a direction yet",
    risk="falls",
    actionable=True,
)
def last_ease(facts: Facts) -> Matrix:
    """Newest effort answer, from 0 hard to 1 easy (share)."""
    return facts.last("rating", where=_CES)


@feature(source="survey_answers", unit=SHARE, about="effort", windows=(364,), null="no effort answer")
def mean_ease(facts: Facts, window: int) -> Matrix:
    """Mean effort answer of the window, from 0 hard to 1 easy (share)."""
    return facts.mean("rating", window, where=_CES)


@feature(
    source="survey_answers", unit=SHARE, about="effort", windows=(364,), null="no effort answer about service"
)
def ease_of_service(facts: Facts, window: int) -> Matrix:
    """Mean effort answer of the window about service, from 0 hard to 1 easy (share)."""
    return facts.mean("rating", window, where=_CES & (pl.col("stage") == "service"))


@feature(source="survey_answers", unit=ANSWERS, about="effort", windows=(28, 56), actionable=True, risk="rises")
def recent_hard_contacts(facts: Facts, window: int) -> Matrix:
    """Effort answers in the hardest third of their scale, each halved for every `window` days since (count)."""
    return facts.decaying_sum(window, where=_CES & _HARD)


@feature(source="survey_answers", unit=SHARE, about="first ratings", null="no rating in the first 30 days")
def first_month_rating(facts: Facts) -> Matrix:
    """Mean answer of the first 30 days as a customer, from 0 worst to 1 best on its scale (share)."""
    return facts.mean("rating", where=FIRST_MONTH)
