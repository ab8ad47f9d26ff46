"""Whether a company's data are usable: what is wrong with them, and whether they suffice to learn from."""

from lealtad.checks.sufficiency.evidence import Evidence
from lealtad.checks.sufficiency.finding import Finding, findings_frame
from lealtad.checks.sufficiency.report import Report, report
from lealtad.checks.sufficiency.verdict import Measure, Verdict

__all__ = ["Evidence", "Finding", "Measure", "Report", "Verdict", "findings_frame", "report"]
