"""Survey answers as of a date: one row per answer that a score can be computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.base.errors import DataError
from lealtad.kpis.arguments import check_choice
from lealtad.kpis.frames import read_rows, refuse
from lealtad.kpis.grouping import add_dimensions, summarise_groups
from lealtad.kpis.intervals import withhold_figures
from lealtad.kpis.repeats import drop_repeats
from lealtad.kpis.view import select_known_facts, select_window
from lealtad.sources.contract.scales import is_scale

if TYPE_CHECKING:
    from lealtad.kpis.frames import Frame
from lealtad.kpis.view import View

Scales = tuple[tuple[float, float], ...]
_SCALE = ("scale_min", "scale_max")
_SUBJECTS = ("touchpoint_id", "ticket_id", "survey_id")
_KINDS = ("relational", "transactional")
_NEEDED = ("customer_id", "metric", "kind", "answered_at", "score", *_SCALE)


def select_answers(
    surveys: Frame, metric: str, kind: str | None, view: View, *, instrument: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Return one row per answer known before `as_of` inside the window, with the dimensions of `view`.

    `instrument` names the columns that must be the same in every group, as kind and scale must.

    Raises
    ------
    DataError
        If a score has no clock, is off its scale or was given before the invitation, or if one figure
        would mix kinds or scales.
    SettingsError
        If the kind is unknown.
    """
    check_choice("kind", kind or _KINDS[0], _KINDS)
    rows = read_rows(surveys, "surveys", (*_NEEDED, *instrument))
    asked = drop_repeats(rows, "surveys").filter(
        pl.col("metric") == metric, pl.lit(kind is None) | pl.col("kind").eq_missing(kind)
    )
    scored = asked.filter(pl.col("score").is_not_null())
    clockless = scored.filter(pl.col("answered_at").is_null())
    refuse(clockless, "surveys", "answered_at", "the time of every answer that has a score")
    answers = select_window(select_known_facts(scored, "answered_at", view.as_of), "answered_at", view)
    _check_scores(answers)
    answers = add_dimensions(answers, view, "answered_at")
    _check_one_instrument(answers, view, ("kind", *_SCALE, *instrument))
    return answers


def keep_last_answers(answers: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Return the last answer per group, customer and what was asked about.

    A relational survey asks about the company. A transactional one asks about its `touchpoint_id`, else its
    `ticket_id`, else it is a question of its own.
    """
    asked, keys = pl.col("kind") == "transactional", list[pl.Expr]()
    for name in (subject for subject in _SUBJECTS if subject in answers.columns):
        keys.append(pl.when(asked).then(pl.col(name)).alias(f"_{name}"))
        asked &= pl.col(name).is_null()
    keys.append(pl.when(asked).then(pl.int_range(pl.len())).alias("_row"))
    # among answers at one instant the largest survey_id is the last, as for features; then the other columns
    # decide
    first = ["answered_at", *(name for name in ("survey_id",) if name in answers.columns)]
    ties = [name for name in answers.columns if name not in first]
    in_order = answers.with_columns(keys).sort(*first, *ties, nulls_last=False)
    named = [key.meta.output_name() for key in keys]
    key = ["customer_id", "kind", *named, *(name for name in by if name not in ("customer_id", "kind"))]
    return in_order.unique(key, keep="last", maintain_order=True).drop(named)


def withhold_mixed_figures(
    figures: pl.DataFrame,
    answers: pl.DataFrame,
    by: tuple[str, ...],
    instrument: tuple[str, ...] = (),
    allowed: Scales = (),
) -> pl.DataFrame:
    """Blank the value of groups whose answers do not fit in one figure; `definition` states why.

    Such a group mixes kinds, scales or the parts of `instrument`, or lacks one of these parts. Or its scale is not
    among `allowed`; without `allowed`, every scale is accepted.
    """
    if not by:
        return figures
    parts = [part for part in ("kind", *_SCALE, *instrument) if part not in by]
    notes = [pl.when(pl.col(part).n_unique() > 1).then(pl.lit(f"several {part}")) for part in parts]
    notes += [pl.when(pl.col(part).null_count() > 0).then(pl.lit(f"no {part}")) for part in instrument]
    if allowed:
        notes.append(pl.when(~_is_on(allowed).all()).then(pl.lit("a scale the measure is not defined on")))
    mixed = pl.coalesce(pl.lit(None, pl.String), *notes) + " in one figure"
    reasons = summarise_groups(answers, by, mixed.alias("reason"))
    return withhold_figures(
        figures.join(reasons, on=by, how="left", nulls_equal=True, maintain_order="left"), "reason"
    )


def check_scale(answers: pl.DataFrame, allowed: Scales, measure: str, by: tuple[str, ...]) -> None:
    """Raise if every figure contains an answer on a scale that the measure is not defined on.

    If only some do, `withhold_mixed_figures` blanks their value.

    Raises
    ------
    DataError
        If every group contains such an answer.
    """
    off = answers.filter(~_is_on(allowed))
    if off.is_empty() or (
        by and not summarise_groups(answers, by, _is_on(allowed).all().alias("on")).filter("on").is_empty()
    ):
        return
    least, most = off.select(_SCALE).sort(_SCALE).row(0)
    raise DataError(
        table="surveys",
        column="scale_max",
        expected=f"{measure} on " + " or ".join(f"{low:g}-{high:g}" for low, high in allowed),
        found=f"a scale of {least:g}-{most:g}",
        fix="Declare the scale the question was asked on; scores are never rescaled.",
    )


def _is_on(allowed: Scales) -> pl.Expr:
    least, most = (pl.col(name) for name in _SCALE)
    return pl.any_horizontal((least == low) & (most == high) for low, high in allowed)


def describe_scale() -> pl.Expr:
    """Name the scale of a group in words."""
    least, most = (pl.col(name).first().cast(pl.Int64) for name in _SCALE)
    return pl.format("{}, scale {}-{}", pl.col("kind").first(), least, most)


def _check_scores(answers: pl.DataFrame) -> None:
    score = pl.col("score")
    flat = answers.filter(~is_scale())
    refuse(flat, "surveys", "scale_max", "a scale_max above scale_min", "scale_max")
    off = answers.filter(~score.is_between(*_SCALE))
    refuse(off, "surveys", "score", "scores between scale_min and scale_max", "score")
    if "sent_at" in answers.columns:
        early = answers.filter(pl.col("answered_at") < pl.col("sent_at"))
        refuse(early, "surveys", "answered_at", "answers after their invitation", "answered_at")


def _check_one_instrument(answers: pl.DataFrame, view: View, parts: tuple[str, ...]) -> None:
    """Raise if every figure would mix kinds or scales; where some can be computed, the others are null."""
    compared = [part for part in parts if part not in view.by]
    counted = summarise_groups(answers, view.by, *(pl.col(part).n_unique() for part in compared))
    if not counted.select(pl.any_horizontal(False, *(pl.col(part) > 1 for part in compared)).all()).item():
        return
    mixed = [part for part in compared if counted.filter(pl.col(part) > 1).height]
    if mixed:
        values = sorted(str(value) for value in answers[mixed[0]].unique())
        raise DataError(
            table="surveys",
            column=mixed[0],
            expected="one kind of survey and one scale in a figure",
            found=" and ".join(values),
            fix=f"Pass kind=, filter the rows, or add '{mixed[0]}' to by.",
        )
