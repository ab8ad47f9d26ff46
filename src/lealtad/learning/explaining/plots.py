"""Charts of explanations; they draw what `compute_*` returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from lealtad.learning.evaluation.plots import ACCENT, GRID, INK, QUIET

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

_SHOWN = 15
_IMPORTANCE = {"title": "What the model rests on", "x": "mean contribution to the log-odds"}
_DEPENDENCE = {"title": "How the log-odds move", "x": "", "y": "contribution to the log-odds"}


def plot_importance(table: pl.DataFrame, *, words: Mapping[str, str] = _IMPORTANCE) -> Figure:
    """Draw the fifteen columns that contribute most, from what `compute_importance` returned.

    Parameters
    ----------
    table
        With `column, contribution`, most important first; `label` where columns have words.
    words
        `title` and `x`.
    """
    top = table.head(_SHOWN).reverse()
    figure, axes = _axes(words, height=0.8 + 0.3 * top.height)
    names = top["label"] if "label" in top.columns else top["column"]
    axes.barh([_shorten(str(name)) for name in names], top["contribution"], color=ACCENT, height=0.62)
    axes.grid(axis="x", color=GRID)
    axes.set_xlabel(words["x"], color=INK)
    return figure


def plot_dependence(table: pl.DataFrame, *, words: Mapping[str, str] = _DEPENDENCE) -> Figure:
    """Draw the contribution of a column by its value, from what `compute_dependence` returned.

    Parameters
    ----------
    words
        `title`, `x` (the column in words) and `y`.
    """
    figure, axes = _axes(words, height=3.6)
    places = range(table.height)
    axes.axhline(0, color=QUIET, linewidth=1)
    axes.vlines(places, table["low"], table["high"], color=QUIET, linewidth=4, alpha=0.6)
    axes.plot(places, table["contribution"], color=ACCENT, marker="o", linewidth=1.8)
    axes.set_xticks(list(places), [_shorten(str(value), 14) for value in table["value"]], rotation=35, ha="right")
    axes.set_xlabel(words["x"], color=INK)
    axes.set_ylabel(words["y"], color=INK)
    axes.grid(axis="y", color=GRID)
    return figure


def _axes(words: Mapping[str, str], height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(7.2, height), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(words["title"], loc="left", color=INK, fontsize=12)
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=9)
    axes.set_axisbelow(True)
    return figure, axes


def _shorten(text: str, most: int = 42) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
