"""The leak check: no feature may know more than was known at its date.

In: a lake with features, and a model definition. Out: a report of checks, findings and fixes, as JSON and a page.
Changes nothing in the lake.
"""

from lealtad.checks.leakage.checking import check_leaks
from lealtad.checks.leakage.findings import REPORT, LeakCheck, LeakFinding, LeakReport, read_current_report
from lealtad.checks.leakage.page import write_page

__all__ = ["REPORT", "LeakCheck", "LeakFinding", "LeakReport", "check_leaks", "read_current_report", "write_page"]
