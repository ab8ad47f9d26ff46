"""Promised against delivered over time; draws what `settle_lists` returned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from lealtad.learning.evaluation.plots import ACCENT, GRID, INK, QUIET

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl


def plot_promises(settled: pl.DataFrame, *, words: Mapping[str, str]) -> Figure:
    """Draw one measure of whole lists by date: the promise as a band, what was delivered as points.

    Parameters
    ----------
    settled
        Rows of one measure and group, as `settle_lists` returned them; hollow points are settled in part.
    words
        `title`, `promised`, `delivered` and `partly`.
    """
    rows = settled.sort("as_of", "list_id").drop_nulls("delivered")
    figure = Figure(figsize=(9.0, 3.0), layout="constrained")
    axes = figure.subplots()
    axes.set_title(words["title"], loc="left", fontsize=11, color=INK)
    at = list(range(rows.height))
    axes.fill_between(at, rows["promised_low"], rows["promised_high"], color=QUIET, alpha=0.35, linewidth=0)
    axes.plot(at, rows["promised"], color=INK, linewidth=1.4, linestyle="--", label=words["promised"])
    for final, label in ((True, words["delivered"]), (False, words["partly"])):
        here = [place for place, shown in enumerate(rows["shown"]) if (shown == 1.0) == final]
        if not here:
            continue
        some = rows[here]
        reach = [(some["delivered"] - some["low"]).clip(0), (some["high"] - some["delivered"]).clip(0)]
        axes.errorbar(
            here,
            some["delivered"],
            yerr=reach,
            color=ACCENT,
            fmt="o",
            markersize=5,
            markerfacecolor=ACCENT if final else "#ffffff",
            elinewidth=1,
            capsize=2,
            label=label,
        )
    step = max(1, rows.height // 12)
    axes.set_xticks(at[::step], [f"{day:%Y-%m-%d}" for day in rows["as_of"][::step]], rotation=30, fontsize=8)
    axes.grid(color=GRID)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="best")
    return figure
