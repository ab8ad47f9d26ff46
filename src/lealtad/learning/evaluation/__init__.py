"""Evaluation: how good probabilities are, in ranking, calibration and money.

In: outcomes and probabilities. Out: `compute_*` returns numbers, `plot_*` only draws them.
"""

from lealtad.learning.evaluation.calibration import compute_calibration, compute_calibration_line, compute_ece
from lealtad.learning.evaluation.chance import ChanceVerdict, compare_with_chance
from lealtad.learning.evaluation.comparison import compute_comparison
from lealtad.learning.evaluation.contacted import compute_contacted_profit
from lealtad.learning.evaluation.economics import Economics
from lealtad.learning.evaluation.empc import compute_empc
from lealtad.learning.evaluation.intervals import compute_drawn_share, compute_intervals
from lealtad.learning.evaluation.lift import compute_lift, compute_lift_curve
from lealtad.learning.evaluation.metrics import compute_metrics, compute_metrics_by, compute_worst
from lealtad.learning.evaluation.plots import plot_calibration, plot_lift_curve, plot_metric_by, plot_profit_curve
from lealtad.learning.evaluation.profit import compute_profit_curve

__all__ = [
    "ChanceVerdict",
    "Economics",
    "compare_with_chance",
    "compute_calibration",
    "compute_calibration_line",
    "compute_comparison",
    "compute_contacted_profit",
    "compute_drawn_share",
    "compute_ece",
    "compute_empc",
    "compute_intervals",
    "compute_lift",
    "compute_lift_curve",
    "compute_metrics",
    "compute_metrics_by",
    "compute_profit_curve",
    "compute_worst",
    "plot_calibration",
    "plot_lift_curve",
    "plot_metric_by",
    "plot_profit_curve",
]
