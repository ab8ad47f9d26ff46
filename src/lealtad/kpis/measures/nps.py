"""Net promoter score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.kpis.answers import (
    check_scale,
    describe_scale,
    keep_last_answers,
    select_answers,
    withhold_mixed_figures,
)
from lealtad.kpis.frames import convert_like, refuse
from lealtad.kpis.grouping import summarise_groups
from lealtad.kpis.intervals import add_normal_interval, select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.thresholds import DETRACTOR_TO, PROMOTER_FROM
from lealtad.kpis.view import read_view
from lealtad.sources.contract.scales import NPS_SCALES

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions


DEFINITION = KpiDefinition(
    "nps",
    1,
    "100 times (promoters minus detractors) over answers, integers on the scale 0-10 or 1-10; "
    "promoter 9-10, passive 7-8 (stays in the denominator), detractor up to 6; relational and "
    "transactional never mixed; relational: the last answer per customer; transactional: the last per "
    "customer and touchpoint, else ticket, else survey; interval from SE = 100 sqrt((p + d - (p - d)^2) / n)",
)


def nps(
    surveys: AnyFrame,
    *,
    kind: str | None = None,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the net promoter score, one row per group.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation; rows of other metrics are ignored.
    kind
        "relational" or "transactional"; needed if both are present and `by` does not separate them.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the answer. Columns of the surveys are dimensions too.

    Returns
    -------
    The keys, `value` (-100 to 100), `n` answers, `low, high` (95 %), `definition`. No answer gives nulls. So does
    a group that would mix kinds or scales if others do not; `definition` states it.

    Raises
    ------
    DataError
        If a score is not an integer, is off its scale, precedes its invitation, or was asked on a scale other
        than 0-10 or 1-10; if every figure would mix kinds or scales.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    ``100 (p - d)`` with p the share of 9-10 and d of 0-6; ``SE = 100 sqrt((p + d - (p - d)^2) / n)``. Relational:
    the last answer per customer. Transactional: the last per customer and `touchpoint_id`, else `ticket_id`, else
    `survey_id`.

    References
    ----------
    Reichheld (2003), The one number you need to grow. Harvard Business Review 81(12).

    Examples
    --------
    >>> from datetime import datetime
    >>> surveys = pl.DataFrame({"customer_id": ["a", "b", "c"], "score": [10, 9, 3]}).with_columns(
    ...     metric=pl.lit("nps"), kind=pl.lit("relational"), scale_min=0.0, scale_max=10.0,
    ...     answered_at=datetime(2026, 1, 31))
    >>> nps(surveys).select("value", "n").row(0)
    (33.33333333333333, 3)
    """
    view = read_view(options)
    answers = select_answers(surveys, "nps", kind, view)
    check_scale(answers, NPS_SCALES, "NPS", view.by)
    fractional = answers.filter(pl.col("score") != pl.col("score").floor())
    refuse(fractional, "surveys", "score", "whole numbers", "score")
    last = keep_last_answers(answers, view.by)
    groups = summarise_groups(last, view.by, *_count_answers(), describe_scale().alias("scale"))
    label = pl.format("{}: {}", pl.lit(DEFINITION.label()), pl.col("scale"))
    figures = select_figures(
        add_normal_interval(_compute_score(groups), -100, 100), view.by, _fall_back_to_bare_label(label)
    )
    return convert_like(surveys, withhold_mixed_figures(figures, last, view.by, allowed=NPS_SCALES))


def _count_answers() -> tuple[pl.Expr, ...]:
    score = pl.col("score")
    return (
        pl.len().alias("n"),
        (score >= PROMOTER_FROM).sum().alias("promoters"),
        (score <= DETRACTOR_TO).sum().alias("detractors"),
    )


def _compute_score(groups: pl.DataFrame) -> pl.DataFrame:
    n, p, d = pl.col("n"), pl.col("promoters") / pl.col("n"), pl.col("detractors") / pl.col("n")
    # if all answers agree, rounding can give a variance slightly below 0
    variance = (p + d - (p - d) ** 2).clip(0)
    return groups.with_columns((100 * (p - d)).alias("value"), (100 * (variance / n).sqrt()).alias("se"))


def _fall_back_to_bare_label(label: pl.Expr) -> pl.Expr:
    return pl.coalesce(label, pl.lit(DEFINITION.label()))


MEASURES = (
    Measure(
        DEFINITION,
        "surveys",
        from_rows(nps),
        Look(
            words={
                "en": MeasureWords("NPS", "Share of answers 9–10 minus share of answers up to 6, in points."),
                "es": MeasureWords(
                    "NPS", "Porcentaje de respuestas 9–10 menos porcentaje de respuestas hasta 6, en puntos."
                ),
            },
            unit="points",
            is_higher_better=True,
            target="nps",
            span=(-100.0, 100.0),
        ),
        survey="nps",
        instrument=("kind", "scale_min", "scale_max"),
        rank=10,
    ),
)
