"""Whether a feature knows more than was known at its date."""

from lealtad.checks.leakage.attached import REPORT, current_report
from lealtad.checks.leakage.checking import leakcheck
from lealtad.checks.leakage.findings import Check, Finding, LeakReport
from lealtad.checks.leakage.page import write_page

__all__ = ["REPORT", "Check", "Finding", "LeakReport", "current_report", "leakcheck", "write_page"]
