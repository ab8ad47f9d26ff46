"""How good a model is: `compute_*` returns numbers, `plot_*` only draws them."""

from lealtad.evaluation.calibration import compute_calibration, compute_ece
from lealtad.evaluation.intervals import compute_intervals
from lealtad.evaluation.lift import compute_lift, compute_lift_curve
from lealtad.evaluation.metrics import compute_metrics, compute_metrics_by
from lealtad.evaluation.plots import plot_calibration, plot_lift_curve

__all__ = [
    "compute_calibration",
    "compute_ece",
    "compute_intervals",
    "compute_lift",
    "compute_lift_curve",
    "compute_metrics",
    "compute_metrics_by",
    "plot_calibration",
    "plot_lift_curve",
]
