"""How good a model is, as tables of the card: measures, slices, calibration."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lealtad.learning.evaluation import compute_calibration, compute_calibration_line
from lealtad.models.card.markdown import format_number, format_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import polars as pl

    Translate = Callable[..., str]

_MODEL = "model"


def write_models(metrics: pl.DataFrame, _: Translate) -> str:
    """Return a row per model and baseline, with intervals."""
    measures = [name for name in ("auc", "pr_auc", "brier", "ece", "lift_top_decile") if name in metrics.columns]
    heads = {
        "auc": "ROC-AUC",
        "pr_auc": "PR-AUC",
        "brier": "Brier",
        "ece": "ECE",
        "lift_top_decile": _("lift, top tenth"),
    }
    rows = [
        [row["name"], *(format_number(row, name, 4) for name in measures)] for row in metrics.iter_rows(named=True)
    ]
    return format_table([_("model"), *(heads[name] for name in measures)], rows)


def write_slices(head: str, slices: pl.DataFrame, _: Translate) -> str:
    """Return one row per date or segment; `head` is the title of the first column."""
    rows = [
        [
            row["by"],
            f"{row['n']:,}",
            format_number(row, "auc"),
            format_number(row, "brier", 4),
            format_number(row, "predicted"),
            format_number(row, "observed"),
            f"{row['listed']:.1%}",
            format_number(row, "reached", 2),
        ]
        for row in slices.iter_rows(named=True)
    ]
    heads = [_("rows"), "ROC-AUC", "Brier", _("predicted"), _("observed"), _("listed"), _("reached")]
    return format_table([head, *heads], rows)


def write_calibration(judged: pl.DataFrame, params: Mapping[str, str], _: Translate) -> str:
    """Return observed by predicted rates, slope, intercept, and the kind of calibration."""
    bins = compute_calibration(judged["observed"], judged[_MODEL])
    slope, intercept = compute_calibration_line(judged["observed"], judged[_MODEL])
    rows = [
        [f"{row['predicted']:.3f}", f"{row['observed']:.3f} ({row['low']:.3f}–{row['high']:.3f})", row["n"]]
        for row in bins.iter_rows(named=True)
    ]
    shape = _write_calibration_map(params)
    return "\n".join(
        [
            format_table([_("predicted"), _("observed"), _("rows")], rows),
            "",
            _(
                "Slope {slope:.3f} (1 is right), intercept {intercept:.3f} (0 is right). Map: {shape}.",
                slope=slope,
                intercept=intercept,
                shape=shape,
            ),
            *_write_level(params, _),
        ]
    )


def _write_level(params: Mapping[str, str], _: Translate) -> list[str]:
    """State that probabilities are adjusted to the season, if they are."""
    if "season.spread" not in params:
        return []
    return [
        _("Levels of dates are {spread} log-odds apart beyond chance.", spread=params["season.spread"]),
        _("Each date is judged at the level that was known on it, and each night scored at its own;"),
        _("a served model knows the usual level alone."),
    ]


def _write_calibration_map(params: Mapping[str, str]) -> str:
    """Describe the calibration, with its numbers if there are few."""
    calibration = ast.literal_eval(params["calibration"])
    few = {name: value for name, value in calibration.items() if isinstance(value, float)}
    numbers = ", ".join(f"{name} {value:.3f}" for name, value in few.items())
    return f"{calibration['kind']}, {numbers}" if numbers else str(calibration["kind"])
