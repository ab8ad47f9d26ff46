"""Whether a feature knows more than was known at its date."""

from lealtad.leakage.attached import REPORT, current_report
from lealtad.leakage.checking import leakcheck
from lealtad.leakage.findings import Check, Finding, LeakReport
from lealtad.leakage.page import write_page

__all__ = ["REPORT", "Check", "Finding", "LeakReport", "current_report", "leakcheck", "write_page"]
