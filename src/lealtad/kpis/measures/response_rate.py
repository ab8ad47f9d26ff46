"""Response rate of surveys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import polars as pl

from lealtad.kpis.frames import convert_like, read_rows, refuse
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import add_wilson_interval, select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.repeats import drop_repeats
from lealtad.kpis.view import is_known_by, read_view, select_window

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions
from lealtad.kpis.view import View

DEFINITION = KpiDefinition(
    "response_rate", 1, "invitations answered over invitations sent in the window; Wilson interval"
)


def response_rate(
    surveys: AnyFrame,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the share of invitations that were answered, one row per group.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation, of all metrics and kinds (`by=["metric", "kind"]`
        separates them).
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the invitation.

    Returns
    -------
    The keys, `value` (0 to 1), `n` invitations, `low, high` (95 %, Wilson), `definition`. No invitation gives
    nulls.

    Raises
    ------
    DataError
        If an answer precedes its invitation.
    SettingsError
        If a dimension is unknown or its table is missing.

    Notes
    -----
    If an answer came or became known at `as_of` or later, its invitation counts as unanswered. `recorded_at`
    belongs to the answer if there is one; the invitation itself is known from when it is sent.

    Examples
    --------
    >>> from datetime import datetime
    >>> surveys = pl.DataFrame({"customer_id": ["a", "b"], "sent_at": [datetime(2026, 1, 1)] * 2,
    ...                         "answered_at": [datetime(2026, 1, 2), None]})
    >>> response_rate(surveys).select("value", "n").row(0)
    (0.5, 2)
    """
    view = read_view(options)
    rows = drop_repeats(read_rows(surveys, "surveys", ("customer_id", "sent_at", "answered_at")), "surveys")
    early = rows.filter(is_known_by(rows, "answered_at", view.as_of) & (pl.col("answered_at") < pl.col("sent_at")))
    refuse(early, "surveys", "answered_at", "answers after their invitation", "answered_at")
    marked = add_dimensions(select_window(_select_invitations(rows, view), "sent_at", view), view, "sent_at")
    groups = summarise_groups(marked, view.by, pl.len().alias("n"), pl.col("answered").sum().alias("hits"))
    return convert_like(surveys, select_figures(add_wilson_interval(groups), view.by, DEFINITION.label()))


def _select_invitations(rows: pl.DataFrame, view: View) -> pl.DataFrame:
    answered_ever = pl.col("answered_at").is_not_null()
    sent = pl.lit(value=True) if view.as_of is None else pl.col("sent_at") < view.as_of
    invited = rows.filter(pl.when(answered_ever).then(sent).otherwise(is_known_by(rows, "sent_at", view.as_of)))
    return invited.with_columns(is_known_by(rows, "answered_at", view.as_of).alias("answered"))


MEASURES = (
    Measure(
        DEFINITION,
        "surveys",
        from_rows(response_rate),
        Look(
            words={
                "en": MeasureWords(
                    "Answered", "Share of the invitations of this time that were answered.", "{survey} answered"
                ),
                "es": MeasureWords(
                    "Respondidas",
                    "Porcentaje de las invitaciones de este tiempo que se respondieron.",
                    "{survey} respondidas",
                ),
            },
            unit="share",
            is_higher_better=True,
            target="response_rate",
            span=(0.0, 1.0),
        ),
        instrument=("metric", "kind"),
        rank=40,
    ),
)
