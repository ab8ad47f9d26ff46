"""Whether a feature knows more than was known at its date."""

from lealtad.leakage.checking import leakcheck
from lealtad.leakage.findings import Check, Finding, LeakReport
from lealtad.leakage.page import write_page

__all__ = ["Check", "Finding", "LeakReport", "leakcheck", "write_page"]
