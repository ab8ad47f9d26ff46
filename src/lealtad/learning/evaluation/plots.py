"""Charts of the evaluation; they draw what `compute_*` returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

INK, ACCENT, QUIET, GRID = "#1f2933", "#0b6e6e", "#9aa5b1", "#e4e7eb"


def plot_lift_curve(curves: Mapping[str, pl.DataFrame], *, words: Mapping[str, str]) -> Figure:
    """Draw the share of churners reached against the share of customers contacted; the first curve stands out.

    Parameters
    ----------
    curves
        By name, what `compute_lift_curve` returned.
    words
        `title`, `x`, `y` and `chance`.
    """
    figure, axes = _axes(words)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle=":", label=words["chance"])
    styles = ["-", "--", "-.", (0, (1, 1))]
    for position, (name, curve) in enumerate(curves.items()):
        axes.plot(
            [0, *curve["contacted"]],
            [0, *curve["reached"]],
            label=name,
            color=ACCENT if position == 0 else INK,
            linewidth=2.4 if position == 0 else 1.1,
            linestyle=styles[position % len(styles)],
        )
    axes.set(xlim=(0, 1), ylim=(0, 1))
    _percent(axes)
    axes.legend(frameon=False, loc="lower right", fontsize=9)
    return figure


def plot_calibration(table: pl.DataFrame, *, words: Mapping[str, str]) -> Figure:
    """Draw observed against predicted rates with their intervals.

    Parameters
    ----------
    table
        What `compute_calibration` returned.
    words
        `title`, `x`, `y`, and `perfect` for the line where both are equal.
    """
    figure, axes = _axes(words)
    top = 1.08 * max(table["predicted"].to_list() + table["high"].to_list())
    axes.plot([0, top], [0, top], color=QUIET, linewidth=1, linestyle=":", label=words["perfect"])
    reach = [table["observed"] - table["low"], table["high"] - table["observed"]]
    axes.errorbar(
        table["predicted"],
        table["observed"],
        yerr=[side.clip(0) for side in reach],
        color=ACCENT,
        marker="o",
        markersize=5,
        linewidth=1.6,
        elinewidth=1,
        capsize=2,
    )
    axes.set(xlim=(0, top), ylim=(0, top))
    _percent(axes)
    axes.legend(frameon=False, loc="upper left", fontsize=9)
    return figure


def plot_profit_curve(curve: pl.DataFrame, *, words: Mapping[str, str]) -> Figure:
    """Draw profit against the length of the list, as `compute_profit_curve` returned it.

    Parameters
    ----------
    words
        `title`, `x`, `y`, `expected` and `realised`.
    """
    figure, axes = _axes(words)
    axes.axhline(0, color=QUIET, linewidth=1, linestyle=":")
    axes.plot(
        [0, *curve["contacted"]], [0, *curve["expected"]], color=INK, linestyle="--", label=words["expected"]
    )
    axes.plot(
        [0, *curve["contacted"]], [0, *curve["realised"]], color=ACCENT, linewidth=2.4, label=words["realised"]
    )
    axes.legend(frameon=False, loc="best", fontsize=9)
    return figure


def plot_metric_by(by: pl.DataFrame, metric: str, *, words: Mapping[str, str]) -> Figure:
    """Draw one measure of each group, in the order of the table.

    Parameters
    ----------
    by
        What `compute_metrics_by` returned.
    metric
        A column of it, such as `auc`.
    words
        `title`, `x` and `y`.
    """
    figure, axes = _axes(words)
    axes.plot([str(group)[:10] for group in by["by"]], by[metric], color=ACCENT, marker="o", linewidth=1.6)
    axes.tick_params(axis="x", rotation=45)
    return figure


def _axes(words: Mapping[str, str]) -> tuple[Figure, Any]:
    figure = Figure(figsize=(5.2, 4.0), layout="constrained")
    axes = figure.subplots()
    axes.set_title(words["title"], loc="left", fontsize=11, color=INK)
    axes.set_xlabel(words["x"], color=INK)
    axes.set_ylabel(words["y"], color=INK)
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _percent(axes: Any) -> None:
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value:.0%}")
