"""The charts of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lealtad.learning.evaluation import (
    compute_calibration,
    compute_lift_curve,
    compute_profit_curve,
    plot_calibration,
    plot_lift_curve,
    plot_metric_by,
    plot_profit_curve,
)
from lealtad.learning.on_lake import MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from lealtad.models.registry import MlflowRun

_LIFT = {"title": "Lift", "x": "customers contacted", "y": "outcomes reached", "chance": "by chance"}
_CALIBRATION = {"title": "Calibration", "x": "predicted", "y": "observed", "perfect": "perfect"}
_PROFIT = {
    "title": "Profit of a list",
    "x": "customers contacted",
    "y": "profit",
    "expected": "promised",
    "realised": "paid by the outcomes",
}
_BY_DATE = {"title": "Ranking by date", "x": "as of", "y": "ROC-AUC"}


def log_charts(run: MlflowRun, judged: pl.DataFrame, names: Sequence[str], by_date: pl.DataFrame) -> None:
    """Draw lift, calibration, profit and ranking by date of the judged rows, and log them."""
    shown = [name for name in names if name != "base_rate"]
    curves = {name: compute_lift_curve(judged["observed"], judged[name]) for name in shown}
    run.log_figure("lift", plot_lift_curve(curves, words=_LIFT))
    table = compute_calibration(judged["observed"], judged[MODEL])
    run.log_figure("calibration", plot_calibration(table, words=_CALIBRATION))
    run.log_figure(
        "profit", plot_profit_curve(compute_profit_curve(judged["observed"], judged[MODEL]), words=_PROFIT)
    )
    run.log_figure("auc_by_date", plot_metric_by(by_date, "auc", words=_BY_DATE))
