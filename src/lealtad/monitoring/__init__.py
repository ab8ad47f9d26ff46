"""Monitoring: promise and delivery of each list, and whether the model still fits.

Owns settlement, calibration over time, drift, feeds, and the verdict on whether to train again. In: the lists,
scores, promises and outcomes of a lake, and the model in charge. Out: a `MonitoringReport`, as a page and as JSON.
"""

from lealtad.monitoring.calibration import compute_calibration_by_date
from lealtad.monitoring.chart import plot_promises
from lealtad.monitoring.comparison import year_before
from lealtad.monitoring.drift import compute_feature_drift, compute_score_drift, take_smallest_drift
from lealtad.monitoring.model import MonitoredModel
from lealtad.monitoring.overrides import settle_overrides
from lealtad.monitoring.page import write_json, write_page
from lealtad.monitoring.reason import MonitoringReason
from lealtad.monitoring.report import MonitoringReport
from lealtad.monitoring.response import compute_response_drift
from lealtad.monitoring.review import monitor
from lealtad.monitoring.settlement import settle_lists
from lealtad.monitoring.timing import compute_shown_share, compute_timing
from lealtad.monitoring.verdict import Measurements, MonitoringVerdict, judge_measurements
from lealtad.worklist.promises import compute_promises

__all__ = [
    "Measurements",
    "MonitoredModel",
    "MonitoringReason",
    "MonitoringReport",
    "MonitoringVerdict",
    "compute_calibration_by_date",
    "compute_feature_drift",
    "compute_promises",
    "compute_response_drift",
    "compute_score_drift",
    "compute_shown_share",
    "compute_timing",
    "judge_measurements",
    "monitor",
    "plot_promises",
    "settle_lists",
    "settle_overrides",
    "take_smallest_drift",
    "write_json",
    "write_page",
    "year_before",
]
