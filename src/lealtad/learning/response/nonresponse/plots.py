"""A chart of the estimates for a whole base; it draws what `compute_base_nps` returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

INK, ACCENT, QUIET, GRID = "#1f2933", "#0b6e6e", "#9aa5b1", "#e4e7eb"


def plot_base_nps(estimates: pl.DataFrame, *, words: Mapping[str, str]) -> Figure:
    """Draw each estimate with its interval, and the worst-case bounds as a band without a point.

    Parameters
    ----------
    estimates
        What `compute_base_nps` returned; rows without numbers are left out.
    words
        `title`, `x`, and a label for each `estimate`; an estimate without one stands under its own name.
    """
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    axes = figure.subplots()
    drawn = estimates.drop_nulls(["low", "high"])
    for place, row in enumerate(drawn.iter_rows(named=True)):
        is_band = row["value"] is None
        axes.hlines(
            place, row["low"], row["high"], color=QUIET if is_band else ACCENT, linewidth=6 if is_band else 2
        )
        if not is_band:
            axes.plot(row["value"], place, marker="o", color=ACCENT)
            axes.annotate(
                f"{row['value']:.1f}",
                (row["value"], place),
                (0, 7),
                textcoords="offset points",
                ha="center",
                color=INK,
            )
    axes.set_yticks(range(drawn.height), [words.get(name, name) for name in drawn["estimate"]])
    axes.set_ylim(drawn.height - 0.5, -0.7)
    axes.set_title(words["title"], loc="left", fontsize=11, color=INK)
    axes.set_xlabel(words["x"], color=INK)
    axes.grid(axis="x", color=GRID)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure
