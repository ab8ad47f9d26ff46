"""Whether there are enough answers within the horizon to learn who would recommend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.checks.sufficiency.finding import DataFinding
from lealtad.checks.sufficiency.verdict import DataVerdict, Requirement
from lealtad.examples.dataset import LEAST_OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from lealtad.checks.sufficiency.evidence import DataEvidence
    from lealtad.company.model_definition import ModelDefinition

_PROMOTER_FROM = 9
_TOP = 10
_YEAR_DAYS = 365.25


def judge_promoter(evidence: DataEvidence, definition: ModelDefinition, end: datetime | None) -> DataVerdict:
    """Judge whether promoters can be distinguished from others.

    Notes
    -----
    The rule counts NPS answers on a scale up to 10 that came within the horizon of an as-of date of the
    definition. At least 25 must be promoters (9-10), and 25 others.
    """
    surveys = evidence.tables.get("surveys")
    if surveys is None or surveys.is_empty() or end is None:
        return DataVerdict("promoter", (), (DataFinding("needs_surveys", "surveys"),))
    invited = surveys.filter((pl.col("metric") == "nps") & (pl.col("scale_max") == _TOP))
    answers = _count_answers(invited)
    if answers.is_empty():
        return DataVerdict(
            "promoter", (Requirement("nps_invitations", invited.height),), (DataFinding("needs_nps", "surveys"),)
        )
    timely = answers.filter(_count_in_horizon(definition, end))
    promoters = timely.filter(pl.col("score") >= _PROMOTER_FROM).height
    measures = (
        Requirement("nps_invitations", invited.height),
        Requirement("nps_answers", answers.height),
        Requirement("response_rate", answers.height / invited.height),
        Requirement("nps_answers_per_year", answers.height / _count_years(answers)),
        Requirement("promoters", promoters, LEAST_OUTCOMES),
        Requirement("no_promoters", timely.height - promoters, LEAST_OUTCOMES),
    )
    return DataVerdict("promoter", measures, tuple(_list_lacks(measures)))


def _count_answers(invited: pl.DataFrame) -> pl.DataFrame:
    if not {"answered_at", "score"} <= set(invited.columns):
        return invited.clear()
    return invited.filter(pl.col("answered_at").is_not_null() & pl.col("score").is_not_null())


def _count_in_horizon(definition: ModelDefinition, end: datetime) -> pl.Expr:
    timeline, label = definition.timeline(end), definition.label
    split = timeline.split(definition.train_dates, definition.dates.test)
    lead, span = (pl.duration(days=days) for days in (label.lead_days, label.lead_days + label.horizon_days))
    answered = pl.col("answered_at")
    return pl.any_horizontal(
        *(
            (answered >= pl.lit(as_of) + lead) & (answered < pl.lit(as_of) + span)
            for as_of in (*split.train, *split.test)
        )
    )


def _count_years(answers: pl.DataFrame) -> float:
    span = answers.select((pl.col("answered_at").max() - pl.col("answered_at").min()).dt.total_days()).item()
    return max(float(span) / _YEAR_DAYS, 1 / 12)


def _list_lacks(measures: tuple[Requirement, ...]) -> Iterator[DataFinding]:
    for measure in measures:
        if measure.short:
            values = {"short": measure.short, "have": measure.value, "needed": measure.needed}
            yield DataFinding(f"few_{measure.name}", "surveys", "score", values)
