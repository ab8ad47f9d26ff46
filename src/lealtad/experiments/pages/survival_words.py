"""Saved or delayed in words, with its chart."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from lealtad.base.drawing import render_figure
from lealtad.experiments.decay import recommend_rest
from lealtad.learning.evaluation.plots import ACCENT, GRID, INK, QUIET

if TYPE_CHECKING:
    import polars as pl
    from markupsafe import Markup

    from lealtad.experiments.decay import EffectDecay, SavedOrDelayed
    from lealtad.experiments.pages.wording import Words
    from lealtad.experiments.running.experiment_state import Survival

_PER = 1000
_SURE = 0.05


def describe_survival(survival: Survival, words: Words) -> list[str]:
    """Describe the verdict on an arm's customers, how fast the effect wears off, and how long to rest."""
    verdict, decay = survival.verdict, survival.decay
    return [_describe_verdict(survival.arm, verdict, words), *describe_decay(decay, words)]


def describe_decay(decay: EffectDecay, words: Words) -> list[str]:
    """Describe how fast an effect wears off; empty without an effect."""
    if not isfinite(decay.first) or decay.any_effect >= _SURE:
        return []

    def write(weeks: float) -> str:
        return words.language.decimal(weeks, 1) if isfinite(weeks) else words.express("never")

    ends = {"low": write(decay.low), "high": write(decay.high)}
    rest = recommend_rest(decay)
    if rest is None:
        return [words.express("decay_unknown", **ends)]
    return [
        words.express("decay_known", half_life=write(decay.half_life), **ends),
        words.express("rest", days=rest),
    ]


def describe_silence(silence_days: int | None, words: Words) -> str:
    """Describe how churn is dated without contracts; empty for contracts."""
    return "" if silence_days is None else words.express("silence_note", days=silence_days)


def draw_survival(curve: pl.DataFrame, words: Words) -> Markup:
    """Draw the difference of survival by week with its band, as SVG without scripts or dates."""
    figure = Figure(figsize=(8.0, 2.8), layout="constrained")
    axes = figure.subplots()
    axes.set_title(words.express("chart_title"), loc="left", fontsize=11, color=INK)
    axes.axhline(0, color=INK, linewidth=0.8)
    axes.fill_between(curve["week"], curve["low"], curve["high"], color=QUIET, alpha=0.35, linewidth=0)
    axes.plot(curve["week"], curve["difference"], color=ACCENT, linewidth=2.2)
    axes.set_xlabel(words.express("chart_x"), color=INK, fontsize=9)
    axes.yaxis.set_major_formatter(lambda value, _: words.language.percent(value, 1))
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=8)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return render_figure(figure, "experiment")


def _describe_verdict(arm: str, verdict: SavedOrDelayed, words: Words) -> str:
    def per(value: float) -> str:
        return words.language.decimal(value * _PER, 1)

    return words.express(
        f"survival_{verdict.kind}",
        arm=arm,
        weeks=verdict.weeks,
        value=per(verdict.difference),
        interval=f"[{per(verdict.low)}, {per(verdict.high)}]",
        days=words.language.decimal(verdict.days_gained, 1),
        days_interval=(
            f"[{words.language.decimal(verdict.days_low, 1)}, {words.language.decimal(verdict.days_high, 1)}]"
        ),
        peak_week=verdict.peak_week,
        peak=per(verdict.peak),
    )
