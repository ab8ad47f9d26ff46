"""Customer satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.kpis.answers import select_answers, withhold_mixed_figures
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.thresholds import is_satisfied
from lealtad.kpis.view import read_view

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions


DEFINITION = KpiDefinition(
    "csat",
    2,
    "answers with (score - min) / (max - min) of at least 3/4 over answers: 4-5 of 1-5, 6-7 of 1-7, 8-10 "
    "of 1-10, 3 of 1-3, 4 of 1-4, 5-6 of 1-6, from 75 of 0-100, good of good and bad; Wilson interval",
)


def csat(
    surveys: AnyFrame,
    *,
    kind: str | None = None,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the share of satisfied answers, one row per group.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation; rows of other metrics are ignored.
    kind
        "relational" or "transactional"; needed if both are present and `by` does not separate them.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the answer.

    Returns
    -------
    The keys, `value` (0 to 1), `n` answers, `low, high` (95 %, Wilson), `definition`. No answer gives nulls.

    Raises
    ------
    DataError
        If a score is off its scale or precedes its invitation, a scale has no length, or a figure would mix
        kinds or scales.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    Satisfied is ``(score - scale_min) / (scale_max - scale_min) >= 3/4``: 4-5 of 5, 6-7 of 7, the upper of two. So
    are 8-10 of 1-10, 3 of 1-3, 4 of 1-4, 5-6 of 1-6, and 75 and more of 0-100. The mean score is another measure.
    Every answer counts.

    Examples
    --------
    >>> from datetime import datetime
    >>> surveys = pl.DataFrame({"customer_id": ["a", "b", "c", "d"], "score": [5, 4, 3, 1]}).with_columns(
    ...     metric=pl.lit("csat"), kind=pl.lit("transactional"), scale_min=1.0, scale_max=5.0,
    ...     answered_at=datetime(2026, 1, 31))
    >>> csat(surveys).select("value", "n", "definition").row(0)
    (0.5, 4, 'csat@2')
    """
    view = read_view(options)
    answers = select_answers(surveys, "csat", kind, view)
    groups = summarise_groups(answers, view.by, pl.len().alias("n"), is_satisfied().sum().alias("hits"))
    figures = select_figures(add_wilson_interval(groups), view.by, DEFINITION.label())
    return convert_like(surveys, withhold_mixed_figures(figures, answers, view.by))


MEASURES = (
    Measure(
        DEFINITION,
        "surveys",
        from_rows(csat),
        Look(
            words={
                "en": MeasureWords(
                    "CSAT",
                    "Share of answers in the upper quarter of their scale: 4–5 of 5, 6–7 of 7, 8–10 of 1–10.",
                ),
                "es": MeasureWords(
                    "CSAT",
                    "Porcentaje de respuestas en el cuarto superior de su escala: 4–5 de 5, 6–7 de 7, 8–10 de "
                    "1–10.",
                ),
            },
            unit="share",
            is_higher_better=True,
            target="csat",
            span=(0.0, 1.0),
        ),
        survey="csat",
        instrument=("kind", "scale_min", "scale_max"),
        rank=20,
    ),
)
