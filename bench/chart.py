"""Draw the results: every row as a multiple of its goal, so that all of them fit one axis (logarithmic)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

_MOST = 100.0
MET, MISSED, INK, QUIET = "#2f6f8f", "#b5472f", "#222222", "#8a8a8a"


def draw(results: Mapping[str, Any], path: Path) -> None:
    """Write a chart of all rows with a goal above zero, in their order, with machine and versions below."""
    rows = [row for row in results["rows"] if row["goal"] > 0]
    if not rows:
        return
    figure = Figure(figsize=(9, 1.1 + 0.42 * len(rows)), layout="constrained")
    axes = figure.subplots()
    for place, row in enumerate(reversed(rows)):
        _draw_bar(axes, place, row)
    axes.axvline(1, color=INK, linewidth=1)
    axes.annotate("goal", (1, len(rows) - 0.4), ha="center", va="bottom", color=INK, annotation_clip=False)
    axes.set_yticks(range(len(rows)), [_spell_name(row["name"]) for row in reversed(rows)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    shares = [_compute_share(row, end) for row in rows for end in ("value", "low", "high")]
    axes.set_xscale("log")
    axes.set_xlim(min(0.5, *shares) / 2, 8 * max(shares))  # room for the words
    axes.set_xticks([], minor=True)
    axes.set_xticks([])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel(_describe_setting(results), color=QUIET, fontsize=8)
    # the same results give the same file
    with mpl.rc_context({"svg.hashsalt": "bench", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None})


def _draw_bar(axes: Axes, place: int, row: Mapping[str, Any]) -> None:
    share = _compute_share(row, "value")
    axes.barh(place, share, height=0.6, color=MET if share >= 1 else MISSED)
    ends = sorted((_compute_share(row, "low"), _compute_share(row, "high")))
    axes.plot(ends, [place, place], color=INK, linewidth=1)
    text = f" {row['value']:.3g} {row['unit']}  (goal {'≥' if row['better'] == 'higher' else '≤'} {row['goal']:g})"
    axes.text(max(share, ends[1]), place, text, va="center", fontsize=9, color=INK)


def _compute_share(row: Mapping[str, Any], end: str) -> float:
    """Return how many times better than its goal a row is: 1 meets the goal, values above 100 are drawn as 100."""
    if row["better"] == "higher":
        return float(max(row[end] / row["goal"], 0.01))
    return _MOST if row[end] * _MOST <= row["goal"] else float(row["goal"] / row[end])


def _spell_name(name: str) -> str:
    return name.replace("_", " ")


def _describe_setting(results: Mapping[str, Any]) -> str:
    machine = results["machine"]
    packages = [f"{name} {number}" for name, number in results["versions"].items()]
    half = len(packages) // 2
    lines = [
        "times better than the goal, on a logarithmic axis",
        f"{machine['cores']} cores, {machine['system']}, Python {machine['python']}, "
        + ", ".join(packages[:half]),
        ", ".join(packages[half:]),
    ]
    return "\n".join(lines)
