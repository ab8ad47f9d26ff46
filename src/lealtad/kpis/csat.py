"""Customer satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.answers import answers_of, check_scale
from lealtad.kpis.definitions import definition_named
from lealtad.kpis.frames import like
from lealtad.kpis.grouping import summarised
from lealtad.kpis.intervals import share, tidy
from lealtad.kpis.view import view_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lealtad.kpis.frames import AnyFrame, Frame

SCALES = ((1.0, 5.0), (1.0, 7.0), (0.0, 1.0), (1.0, 2.0))


def csat(
    surveys: AnyFrame,
    *,
    as_of: date | None = None,
    by: Sequence[str] = (),
    window_days: float | None = None,
    kind: str | None = None,
    customers: Frame | None = None,
    touchpoints: Frame | None = None,
) -> AnyFrame:
    """Return the share of satisfied answers, one row per group.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation; rows of other metrics are passed over.
    as_of, by, window_days, kind, customers, touchpoints
        As in `nps`.

    Returns
    -------
    The keys, `value` (0 to 1), `n` answers, `low, high` (95 %, Wilson), `definition`. No answer gives nulls.

    Raises
    ------
    DataError
        If a score lies off its scale or precedes its invitation, the scale is not 1-5, 1-7, 0-1 or 1-2, or a
        figure would mix kinds or scales.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    Satisfied is 4-5 of 5, 6-7 of 7, the upper of two (good over good and bad). The mean score is another
    measure. Every answer counts.

    Examples
    --------
    >>> from datetime import datetime
    >>> surveys = pl.DataFrame({"customer_id": ["a", "b", "c", "d"], "score": [5, 4, 3, 1]}).with_columns(
    ...     metric=pl.lit("csat"), kind=pl.lit("transactional"), scale_min=1.0, scale_max=5.0,
    ...     answered_at=datetime(2026, 1, 31))
    >>> csat(surveys).select("value", "n", "definition").row(0)
    (0.5, 4, 'csat@1')
    """
    view = view_of(as_of, by, window_days, customers, touchpoints)
    answers = answers_of(surveys, "csat", kind, view)
    check_scale(answers, SCALES, "CSAT")
    groups = summarised(answers, view.by, pl.len().alias("n"), satisfied().sum().alias("hits"))
    return like(surveys, tidy(share(groups), view.by, definition_named("csat").label()))


def satisfied() -> pl.Expr:
    """Say whether an answer is one of the two best boxes of its scale."""
    most = pl.col("scale_max")
    two_points = most - pl.col("scale_min") == 1
    return pl.col("score") >= pl.when(two_points).then(most).otherwise(most - 1)
