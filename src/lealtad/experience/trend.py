"""Whether a value changed, and whether it misses its target, judged by intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.experience.figure_styles import find_look

if TYPE_CHECKING:
    from lealtad.company.settings import Targets

_VALUE, _LOW, _HIGH = pl.col("value"), pl.col("low"), pl.col("high")
_BEFORE, _LESS, _MORE = pl.col("previous"), pl.col("previous_low"), pl.col("previous_high")


def add_trend(figures: pl.DataFrame) -> pl.DataFrame:
    """Add `trend`: better, worse, unclear; null without a previous value.

    Needs `value, low, high`, the same of the period before as `previous*`, and `higher_is_better`.

    Notes
    -----
    The interval of a difference from the two intervals (MOVER): it reaches from
    ``d - sqrt((v - low)^2 + (high' - v')^2)`` to ``d + sqrt((high - v)^2 + (v' - low')^2)``; the trend is unclear
    if it includes 0.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions. Statistics in
    Medicine 17. Zou, Donner (2008), Construction of confidence limits about effect measures. Statistics in
    Medicine 27.

    Examples
    --------
    >>> row = {"value": 0.8, "low": 0.7, "high": 0.9, "higher_is_better": True}
    >>> before = {"previous": 0.6, "previous_low": 0.5, "previous_high": 0.7}
    >>> add_trend(pl.DataFrame([row | before]))["trend"].item()
    'better'
    """
    change = _VALUE - _BEFORE
    least = change - ((_VALUE - _LOW) ** 2 + (_MORE - _BEFORE) ** 2).sqrt()
    most = change + ((_HIGH - _VALUE) ** 2 + (_BEFORE - _LESS) ** 2).sqrt()
    better = pl.when("higher_is_better").then(least > 0).otherwise(most < 0)
    worse = pl.when("higher_is_better").then(most < 0).otherwise(least > 0)
    comparable = pl.all_horizontal(pl.col("low", "high", "previous_low", "previous_high").is_not_null())
    verdict = pl.when(better).then(pl.lit("better")).when(worse).then(pl.lit("worse")).otherwise(pl.lit("unclear"))
    return figures.with_columns(pl.when(comparable).then(verdict).alias("trend"))


def add_alert(figures: pl.DataFrame) -> pl.DataFrame:
    """Add `alert`: the whole interval is on the wrong side of `target`; null without a target or a value.

    Examples
    --------
    >>> row = {"value": 5.0, "low": 4.0, "high": 6.0, "target": 3.0, "higher_is_better": False}
    >>> add_alert(pl.DataFrame([row]))["alert"].item()
    True
    """
    missed = pl.when("higher_is_better").then(pl.col("target") > _HIGH).otherwise(pl.col("target") < _LOW)
    judged = _VALUE.is_not_null() & pl.col("target").is_not_null()
    return figures.with_columns(pl.when(judged).then(missed.fill_null(value=False)).alias("alert"))


def add_target(figures: pl.DataFrame, targets: Targets) -> pl.DataFrame:
    """Add `target`, the settings' target on the scale of the question, and `higher_is_better`.

    Needs `kpi, scale_min, scale_max, higher_is_easier`. A target on a scale is mirrored if low answers are good.
    Other scales get no target.

    Examples
    --------
    >>> from lealtad.company.settings import Targets
    >>> row = {"kpi": "ces", "scale_min": 1.0, "scale_max": 7.0, "higher_is_easier": False}
    >>> add_target(pl.DataFrame([row]), Targets(ces=5)).select("target", "higher_is_better").row(0)
    (3.0, False)
    """
    looks = {kpi: find_look(kpi) for kpi in figures["kpi"].unique()}
    stated = {kpi: getattr(targets, look.target) for kpi, look in looks.items() if look.target}
    target = pl.col("kpi").replace_strict(stated, default=None, return_dtype=pl.Float64)
    for kpi, look in looks.items():
        if look.target_scale is not None:
            low, high = look.target_scale
            on_scale = (pl.col("scale_min") == low) & (pl.col("scale_max") == high)
            mirrored = pl.when("higher_is_easier").then(target).otherwise(low + high - target)
            target = pl.when(pl.col("kpi") == kpi).then(pl.when(on_scale).then(mirrored)).otherwise(target)
    better = [kpi for kpi, look in looks.items() if look.is_higher_better]
    higher = pl.col("kpi").is_in(better) & pl.col("higher_is_easier").fill_null(value=True)
    return figures.with_columns(higher.alias("higher_is_better"), target.alias("target"))
