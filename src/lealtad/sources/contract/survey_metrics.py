"""The metrics of surveys, and the patterns that recognise them in the header of a question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SurveyMetric:
    """One metric of surveys.

    Attributes
    ----------
    name
        The value of `metric` in `surveys`.
    header
        A pattern that finds it in the header of a question: lower case, without accents.
    """

    name: str
    header: str


SURVEY_METRICS = (
    SurveyMetric("nps", r"\benps\b|\bnps\b|net ?promoter|recom+[ei]+nd|conseill"),
    SurveyMetric("csat", r"\bcsat\b|satisf|\bsat\b|estrellas|\bstars?\b|valoracion"),
    SurveyMetric("ces", r"\bces\b|effort|esfuerzo|esforco|\beas(?:e|y|ily|ier)\b|\bfacil|\bdificil"),
)
METRIC_NAMES = tuple(metric.name for metric in SURVEY_METRICS)
