"""Net promoter score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.answers import (
    check_scale,
    describe_scale,
    keep_last_answers,
    select_answers,
    withhold_mixed_figures,
)
from lealtad.kpis.definitions import find_definition
from lealtad.kpis.frames import convert_like, refuse
from lealtad.kpis.grouping import summarise_groups
from lealtad.kpis.intervals import add_normal_interval, select_figures
from lealtad.kpis.view import read_view
from lealtad.sources.contract.scales import NPS_SCALES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lealtad.kpis.frames import AnyFrame, Frame

PROMOTER_FROM, DETRACTOR_TO = 9, 6


def nps(
    surveys: AnyFrame,
    *,
    as_of: date | None = None,
    by: Sequence[str] = (),
    window_days: float | None = None,
    kind: str | None = None,
    customers: Frame | None = None,
    touchpoints: Frame | None = None,
) -> AnyFrame:
    """Return the net promoter score, one row per group.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation; rows of other metrics are passed over.
    as_of
        Answers given and known before this instant count (UTC where it has no zone); None counts all.
    by
        Dimensions: columns of the surveys, of the touchpoints they point at (stage, channel, owner ...), of
        the customers (segment ...), `week` or `month` of the answer.
    window_days
        Only answers of the last so many days before `as_of`.
    kind
        "relational" or "transactional"; needed where both are present and `by` does not part them.
    customers, touchpoints
        The tables that hold the dimensions.

    Returns
    -------
    The keys, `value` (-100 to 100), `n` answers, `low, high` (95 %), `definition`. No answer gives nulls, and so
    does a group that would mix kinds or scales where others do not: `definition` says so.

    Raises
    ------
    DataError
        If a score is no integer, lies off its scale, precedes its invitation, or was asked on a scale other
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
    view = read_view(as_of, by, window_days, customers, touchpoints)
    answers = select_answers(surveys, "nps", kind, view)
    check_scale(answers, NPS_SCALES, "NPS", view.by)
    fractional = answers.filter(pl.col("score") != pl.col("score").floor())
    refuse(fractional, "surveys", "score", "whole numbers", "score")
    last = keep_last_answers(answers, view.by)
    groups = summarise_groups(last, view.by, *_count_answers(), describe_scale().alias("scale"))
    label = pl.format("{}: {}", pl.lit(find_definition("nps").label()), pl.col("scale"))
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
    # rounding can take the variance a hair below 0 where all answers agree
    variance = (p + d - (p - d) ** 2).clip(0)
    return groups.with_columns((100 * (p - d)).alias("value"), (100 * (variance / n).sqrt()).alias("se"))


def _fall_back_to_bare_label(label: pl.Expr) -> pl.Expr:
    return pl.coalesce(label, pl.lit(find_definition("nps").label()))
