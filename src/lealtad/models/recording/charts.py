"""The charts of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from lealtad.learning.evaluation import (
    compute_calibration,
    compute_lift_curve,
    compute_profit_curve,
    plot_calibration,
    plot_lift_curve,
    plot_metric_by,
    plot_profit_curve,
)
from lealtad.learning.explaining import plot_importance
from lealtad.learning.on_lake import MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lealtad.learning.on_lake import TrainedModel
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
_EXPLAINED = 8  # features
_BY_DATE = {"title": "Ranking by date", "x": "as of", "y": "ROC-AUC"}


def log_explanations(run: MlflowRun, trained: TrainedModel, importance: pl.DataFrame) -> None:
    """Log tables and charts of importance, dependence and interactions."""
    run.log_table("importance", importance)
    run.log_figure("importance", plot_importance(importance))
    top = importance["column"].head(_EXPLAINED).to_list()
    tables = [trained.dependence(name).select(pl.lit(name).alias("column"), pl.all()) for name in top]
    run.log_table("dependence", pl.concat(tables, how="vertical_relaxed"))
    run.log_figure(f"dependence_{top[0]}", trained.plot_dependence(top[0]))
    run.log_table("interactions", trained.interactions().head(20))
    if trained.segments.is_not_null().any():
        run.log_table("importance_by_segment", trained.importance_by_segment())


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
