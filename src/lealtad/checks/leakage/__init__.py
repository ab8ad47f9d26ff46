"""Whether a feature knows more than was known at its date."""

from lealtad.checks.leakage.checking import check_leaks
from lealtad.checks.leakage.findings import REPORT, LeakCheck, LeakFinding, LeakReport, read_current_report
from lealtad.checks.leakage.page import write_page

__all__ = ["REPORT", "LeakCheck", "LeakFinding", "LeakReport", "check_leaks", "read_current_report", "write_page"]
