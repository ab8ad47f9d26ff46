"""Promise and delivery: what each list was to bring, what it brought, and whether the model still fits."""

from lealtad.monitoring.calibration import calibration_by_date
from lealtad.monitoring.chart import plot_promises
from lealtad.monitoring.compared import year_before
from lealtad.monitoring.drift import feature_drift, lasting, score_drift
from lealtad.monitoring.model import Model
from lealtad.monitoring.monitored import monitor
from lealtad.monitoring.page import write_json, write_page
from lealtad.monitoring.reason import Reason
from lealtad.monitoring.report import Report
from lealtad.monitoring.response import response_drift
from lealtad.monitoring.settling import settled
from lealtad.monitoring.timing import shown_after, timing
from lealtad.monitoring.verdict import Measured, Verdict, judged
from lealtad.worklist.promises import promised

__all__ = [
    "Measured",
    "Model",
    "Reason",
    "Report",
    "Verdict",
    "calibration_by_date",
    "feature_drift",
    "judged",
    "lasting",
    "monitor",
    "plot_promises",
    "promised",
    "response_drift",
    "score_drift",
    "settled",
    "shown_after",
    "timing",
    "write_json",
    "write_page",
    "year_before",
]
