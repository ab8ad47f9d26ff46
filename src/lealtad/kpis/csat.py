"""Customer satisfaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.kpis.answers import select_answers, withhold_mixed_figures
from lealtad.kpis.definitions import find_definition
from lealtad.kpis.frames import convert_like
from lealtad.kpis.grouping import summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.view import read_view

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lealtad.kpis.frames import AnyFrame, Frame

_ROUNDING = 1e-12  # of the scale: what decimals such as 0.1 lose in binary


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
        If a score lies off its scale or precedes its invitation, a scale has no length, or a figure would mix
        kinds or scales.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    Satisfied is ``(score - scale_min) / (scale_max - scale_min) >= 3/4``: 4-5 of 5, 6-7 of 7, the upper of two
    (good over good and bad), 8-10 of 1-10, 3 of 1-3, 4 of 1-4, 5-6 of 1-6, 75 and more of 0-100. The mean score is
    another measure. Every answer counts.

    Examples
    --------
    >>> from datetime import datetime
    >>> surveys = pl.DataFrame({"customer_id": ["a", "b", "c", "d"], "score": [5, 4, 3, 1]}).with_columns(
    ...     metric=pl.lit("csat"), kind=pl.lit("transactional"), scale_min=1.0, scale_max=5.0,
    ...     answered_at=datetime(2026, 1, 31))
    >>> csat(surveys).select("value", "n", "definition").row(0)
    (0.5, 4, 'csat@2')
    """
    view = read_view(as_of, by, window_days, customers, touchpoints)
    answers = select_answers(surveys, "csat", kind, view)
    groups = summarise_groups(answers, view.by, pl.len().alias("n"), is_satisfied().sum().alias("hits"))
    figures = select_figures(add_wilson_interval(groups), view.by, find_definition("csat").label())
    return convert_like(surveys, withhold_mixed_figures(figures, answers, view.by))


def is_satisfied() -> pl.Expr:
    """Say whether an answer lies in the upper quarter of its scale, 3/4 included.

    Examples
    --------
    >>> answers = pl.DataFrame({"score": [7.0, 8.0]}).with_columns(scale_min=1.0, scale_max=10.0)
    >>> answers.select(is_satisfied()).to_series().to_list()
    [False, True]
    """
    least, most = pl.col("scale_min"), pl.col("scale_max")
    # without a division, whole numbers stay exact
    return 4 * (pl.col("score") - least) >= (3 - _ROUNDING) * (most - least)
