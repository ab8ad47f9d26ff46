"""Customer effort score: three methods, both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Unpack, get_args

import polars as pl

from lealtad.kpis.answers import check_scale, select_answers, withhold_mixed_figures
from lealtad.kpis.arguments import check_choice
from lealtad.kpis.frames import convert_like, refuse
from lealtad.kpis.grouping import summarise_groups
from lealtad.kpis.intervals import add_normal_interval, add_wilson_interval, select_figures
from lealtad.kpis.measure import KpiDefinition, Look, Measure, MeasureWords, from_rows
from lealtad.kpis.view import read_view

if TYPE_CHECKING:
    from lealtad.kpis.frames import AnyFrame
    from lealtad.kpis.view import EventOptions

Method = Literal["mean", "top_box", "net"]
_SEVEN = ((1.0, 7.0),)
_DIRECTION = ("higher_is_easier",)

DEFINITION = KpiDefinition(
    "ces",
    1,
    "mean: mean score on its own scale; top_box: share of 5-7 of 1-7; net: 100 times (share of "
    "6-7 minus share of 1-3) of 1-7; boxes are mirrored where a low score means easy; the "
    "direction is data",
)


def ces(
    surveys: AnyFrame,
    *,
    method: Method = "mean",
    kind: str | None = None,
    **options: Unpack[EventOptions],
) -> AnyFrame:
    """Return the customer effort score, one row per group.

    Parameters
    ----------
    surveys
        The contract's `surveys`, one row per invitation; `higher_is_easier` must be given on every answer.
    method
        "mean" (on the question's own scale and direction), "top_box" (share of 5-7 of 7) or "net". Net is 100
        times the share of 6-7 minus that of 1-3. Boxes are mirrored where a low score means easy.
    kind
        "relational" or "transactional"; needed if both are present and `by` does not separate them.
    **options
        `as_of, by, window_days, customers, touchpoints`: see `EventOptions`. Window, week and month are those
        of the answer.

    Returns
    -------
    The keys, `value` (mean: the scale; top_box: 0 to 1; net: -100 to 100), `n` answers, `low, high` (95 %),
    `definition` (with method and direction). No answer gives nulls; a mean of one answer has no interval.

    Raises
    ------
    DataError
        If a direction is missing, a score is off its scale or precedes its invitation, boxes are used on a scale
        other than 1-7, or a figure would mix kinds, scales or directions.
    SettingsError
        If the method or a dimension is unknown, or its table is missing.

    References
    ----------
    Dixon, Freeman, Toman (2010), Stop trying to delight your customers. Harvard Business Review 88(7).

    Examples
    --------
    >>> from datetime import datetime
    >>> surveys = pl.DataFrame({"customer_id": ["a", "b", "c", "d"], "score": [7, 6, 5, 2]}).with_columns(
    ...     metric=pl.lit("ces"), kind=pl.lit("transactional"), scale_min=1.0, scale_max=7.0,
    ...     higher_is_easier=True, answered_at=datetime(2026, 1, 31))
    >>> [ces(surveys, method=method)["value"].item() for method in ("mean", "top_box", "net")]
    [5.0, 0.75, 25.0]
    """
    check_choice("method", method, get_args(Method))
    view = read_view(options)
    answers = select_answers(surveys, "ces", kind, view, instrument=_DIRECTION)
    undirected = answers.filter(pl.col("higher_is_easier").is_null())
    # groups without a direction get null if any group has one
    refuse(
        undirected if undirected.height == answers.height or not view.by else undirected.clear(),
        "surveys",
        "higher_is_easier",
        "the direction of every effort question",
    )
    if method != "mean":
        check_scale(answers, _SEVEN, f"CES {method}", view.by)
    easy_is = pl.when(pl.col("higher_is_easier").first()).then(pl.lit("high")).otherwise(pl.lit("low"))
    groups = summarise_groups(answers, view.by, pl.len().alias("n"), *_MEASURES[method], easy_is.alias("easy_is"))
    valued = (
        add_wilson_interval(groups)
        if method == "top_box"
        else add_normal_interval(_add_error(groups), *_BOUNDS[method])
    )
    name = DEFINITION.label(method)
    label = pl.when(pl.col("n") > 0).then(pl.format("{}, {} is easy", pl.lit(name), pl.col("easy_is")))
    figures = select_figures(valued, view.by, pl.coalesce(label, pl.lit(name)))
    return convert_like(
        surveys, withhold_mixed_figures(figures, answers, view.by, _DIRECTION, () if method == "mean" else _SEVEN)
    )


def _compute_ease() -> pl.Expr:
    score = pl.col("score")
    mirrored = pl.col("scale_min") + pl.col("scale_max") - score
    return pl.when(pl.col("higher_is_easier")).then(score).otherwise(mirrored)


_EASY_FROM, _VERY_EASY_FROM, _HARD_TO = 5, 6, 3
_NET = 100.0 * ((_compute_ease() >= _VERY_EASY_FROM).cast(pl.Int8) - (_compute_ease() <= _HARD_TO).cast(pl.Int8))
_MEASURES: dict[str, tuple[pl.Expr, ...]] = {
    "mean": (pl.col("score").sort().mean().alias("value"), pl.col("score").sort().std().alias("sd")),
    "top_box": ((_compute_ease() >= _EASY_FROM).sum().alias("hits"),),
    "net": (_NET.mean().alias("value"), _NET.std(ddof=0).alias("sd")),
}
_BOUNDS: dict[str, tuple[float | None, float | None]] = {"mean": (None, None), "net": (-100, 100)}


def _add_error(groups: pl.DataFrame) -> pl.DataFrame:
    return groups.with_columns((pl.col("sd") / pl.col("n").sqrt()).alias("se"))


MEASURES = (
    Measure(
        DEFINITION,
        "surveys",
        from_rows(ces),
        Look(
            words={
                "en": MeasureWords(
                    "CES", "Mean effort on the scale that was asked; which end is easy stands beside it."
                ),
                "es": MeasureWords(
                    "CES", "Esfuerzo medio en la escala preguntada; al lado se dice qué extremo es fácil."
                ),
            },
            unit="score",
            decimals=2,
            is_higher_better=True,
            target="ces",
            target_scale=(1.0, 7.0),
        ),
        survey="ces",
        instrument=("kind", "scale_min", "scale_max", "higher_is_easier"),
        needs_direction=True,
        rank=30,
    ),
)
